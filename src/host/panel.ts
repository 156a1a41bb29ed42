// The breakdown panel: one webview beside the editor, showing the last breakdown it was given. It owns the page's life;
// what the breakdown is, and when it changes, is the caller's business.
// Deliberately absent: retainContextWhenHidden. A hidden page is thrown away; when it returns it says `ready` and is
// told everything again, and what the user had opened in it is in its own saved state.

import * as vscode from 'vscode';
import { languageOf } from '../base/language.ts';
import { readToHost, type ToHost, type ToWebview } from '../protocol/messages.ts';
import { panelTexts } from '../protocol/panel-texts.ts';
import { plainText } from '../protocol/plain-text.ts';
import type { ViewModel } from '../protocol/view-model.ts';
import type { Breakdown } from '../service/breakdown.ts';
import { panelPage } from './panel-page.ts';

/** The panel draws exactly what the service says: a field that only one side has fails to compile here. */
type InStep<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies InStep<ViewModel, Breakdown>;

export interface PanelActions {
  /** Offsets into the text the breakdown was made from. */
  readonly reveal: (span: { readonly start: number; readonly end: number }) => void;
  readonly pickGpu: () => void;
  readonly log: (message: string) => void;
}

export interface BreakdownPanel {
  /** Opens the panel, or brings it to the front. Null: no training config is active. */
  readonly show: (breakdown: ViewModel | null) => void;
  /** Does nothing while no panel is open. */
  readonly update: (breakdown: ViewModel | null) => void;
  readonly visible: boolean;
  readonly dispose: () => void;
}

const VIEW_TYPE = 'headroom.breakdown';

export function createBreakdownPanel(extensionUri: vscode.Uri, actions: PanelActions): BreakdownPanel {
  let panel: vscode.WebviewPanel | undefined;
  let breakdown: ViewModel | null = null;

  const post = (message: ToWebview): void => {
    // Rejects only when the panel is gone meanwhile; then there is nobody to tell.
    panel?.webview.postMessage(message).then(undefined, () => undefined);
  };
  const send = (): void => {
    const language = breakdown?.language ?? languageOf(vscode.env.language);
    post({ type: 'show', texts: panelTexts(language), breakdown });
  };
  const copy = async (): Promise<void> => {
    if (!breakdown) return;
    await vscode.env.clipboard.writeText(plainText(breakdown));
    post({ type: 'copied' });
  };
  const obey = (message: ToHost): void => {
    switch (message.type) {
      case 'ready':
        send();
        break;
      case 'reveal':
        actions.reveal({ start: message.start, end: message.end });
        break;
      case 'pick-gpu':
        actions.pickGpu();
        break;
      case 'copy':
        copy().catch((error: unknown) => actions.log(`panel: copy failed: ${String(error)}`));
        break;
      case 'problem':
        actions.log(`panel: page: ${message.message}`);
        break;
    }
  };
  const receive = (raw: unknown): void => {
    const message = readToHost(raw);
    if (message.ok) obey(message.value);
    else actions.log(`panel: dropped ${message.error}`);
  };

  return {
    show(next) {
      breakdown = next;
      if (!panel) {
        panel = openPanel(extensionUri);
        panel.onDidDispose(() => {
          panel = undefined;
        });
        panel.webview.onDidReceiveMessage(receive);
        // After the listener: the page says `ready` as soon as it runs.
        panel.webview.html = pageFor(panel.webview, extensionUri);
        return;
      }
      panel.reveal(undefined, true);
      send();
    },
    update(next) {
      breakdown = next;
      if (panel?.visible) send();
    },
    get visible() {
      return panel?.visible ?? false;
    },
    dispose() {
      panel?.dispose();
    },
  };
}

function openPanel(extensionUri: vscode.Uri): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(
    VIEW_TYPE,
    'Headroom',
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, localResourceRoots: resourceRoots(extensionUri) },
  );
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
  return panel;
}

const resourceRoots = (extensionUri: vscode.Uri): vscode.Uri[] =>
  ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder));

function pageFor(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const built = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  return panelPage({
    nonce: crypto.randomUUID().replaceAll('-', ''),
    script: built('webview.js'),
    style: built('webview.css'),
  });
}
