// The extension put together: who exists, and who listens to whom. This room is the only importer of `vscode`; it asks
// the language service and converts its answers.
// Deliberately absent: anything about memory, YAML or frameworks, and any state but the one cache (analyses.ts).

import * as vscode from 'vscode';
import { DOCUMENT_LANGUAGES } from '../manifest/languages.ts';
import { analyse } from '../service/analyse.ts';
import { ActiveConfigs } from './active-config.ts';
import { Analyses } from './analyses.ts';
import { registerCommands } from './commands.ts';
import { readSetting } from './configuration.ts';
import { createDiagnostics } from './diagnostics.ts';
import { Environments } from './environments.ts';
import { createLog } from './log.ts';
import { ModelFiles } from './model-files.ts';
import { createFollowingPanel } from './panel-follow.ts';
import type { Platform } from './platform.ts';
import { registerProviders } from './providers.ts';
import { createStatusBar } from './status-bar.ts';

/** Long enough not to interrupt typing, short enough to feel like an answer. */
const PAUSE_MS = 300;
/** Configs of real runs have some hundred lines; anything longer is data, and is not even looked at. */
const MAX_LINES = 2_000;

const LANGUAGES: readonly string[] = DOCUMENT_LANGUAGES;
const SELECTOR = LANGUAGES.map((language) => ({ language }));

const accepts = (document: vscode.TextDocument): boolean =>
  LANGUAGES.includes(document.languageId) && document.lineCount <= MAX_LINES;

export function activate(context: vscode.ExtensionContext, platform: Platform): void {
  const log = createLog();
  log.info(`Headroom ${context.extension.packageJSON.version}, VS Code ${vscode.version}`);
  const files = new ModelFiles({
    log,
    home: platform.home,
    policy: (config) => readSetting('headroom.modelFiles', config),
  });
  const world = new Environments(files);
  const analyses = new Analyses({
    analyse,
    accepts,
    world,
    documents: vscode.workspace,
    changes: new vscode.EventEmitter(),
    log,
    pauseMs: PAUSE_MS,
  });
  const active = new ActiveConfigs(analyses, log);
  const panel = createFollowingPanel(context.extensionUri, active, log);
  context.subscriptions.push(
    log,
    files,
    world,
    analyses,
    active,
    panel,
    registerProviders(SELECTOR, analyses, log),
    createDiagnostics(analyses, log),
    createStatusBar(active, log),
    registerCommands({
      log,
      showLog: () => log.show(),
      showPanel: panel.show,
      scope: () => active.current?.document.uri ?? vscode.window.activeTextEditor?.document.uri,
    }),
  );
}
