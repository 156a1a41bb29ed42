// From commands, settings, menus and the walkthrough to the fields of package.json that VS Code reads, and to
// package.nls*.json. A test writes these files or fails when they differ, so nobody edits them by hand.
// Deliberately absent: `vscode`, and package.json's other fields (name, version, scripts, dependencies).

import type { Language, Words } from '../base/language.ts';
import { CATEGORY, COMMANDS, type CommandSpec } from './commands.ts';
import { DOCUMENT_LANGUAGES } from './languages.ts';
import { MENUS } from './menus.ts';
import { SETTINGS, type SettingSpec } from './settings.ts';
import { WALKTHROUGH, type WalkthroughStep } from './walkthrough.ts';

/** Collects every text of the manifest under a key, and hands back the `%key%` that package.json holds in its place. */
class Texts {
  readonly words = new Map<string, Words>();

  ref(key: string, words: Words): string {
    this.words.set(key, words);
    return `%${key}%`;
  }
}

/** `headroom.hints.enabled` → `hints.enabled`: our own keys need no prefix inside our own file. */
const shortId = (id: string): string => id.replace(/^headroom\./, '');

function commandEntries(texts: Texts): object[] {
  return Object.entries<CommandSpec>(COMMANDS).map(([command, spec]) => ({
    command,
    title: texts.ref(`command.${shortId(command)}`, spec.title),
    category: CATEGORY,
    ...(spec.icon && { icon: spec.icon }),
    ...(spec.enablement && { enablement: spec.enablement }),
  }));
}

function settingValue(texts: Texts, id: string, spec: SettingSpec): object {
  if (spec.type !== 'choice') return { type: spec.type };
  const choices = Object.entries(spec.choices);
  return {
    type: 'string',
    enum: choices.map(([choice]) => choice),
    markdownEnumDescriptions: choices.map(([choice, words]) => texts.ref(`setting.${shortId(id)}.${choice}`, words)),
  };
}

function settingEntry(texts: Texts, id: string, spec: SettingSpec, order: number): object {
  return {
    ...settingValue(texts, id, spec),
    default: spec.default,
    scope: spec.scope,
    order,
    markdownDescription: texts.ref(`setting.${shortId(id)}`, spec.description),
  };
}

function settingEntries(texts: Texts): object {
  const entries = Object.entries<SettingSpec>(SETTINGS);
  return Object.fromEntries(entries.map(([id, spec], index) => [id, settingEntry(texts, id, spec, index)]));
}

function walkthroughStep(texts: Texts, step: WalkthroughStep): object {
  const key = `walkthrough.${step.id}`;
  return {
    id: step.id,
    title: texts.ref(`${key}.title`, step.title),
    description: texts.ref(`${key}.description`, step.description),
    media: { svg: step.picture.path, altText: texts.ref(`${key}.picture`, step.picture.alt) },
    completionEvents: step.completedBy,
  };
}

function walkthrough(texts: Texts): object {
  return {
    id: WALKTHROUGH.id,
    title: texts.ref('walkthrough.title', WALKTHROUGH.title),
    description: texts.ref('walkthrough.description', WALKTHROUGH.description),
    steps: WALKTHROUGH.steps.map((step) => walkthroughStep(texts, step)),
  };
}

function restrictedSettings(): string[] {
  const entries = Object.entries<SettingSpec>(SETTINGS);
  return entries.filter(([, spec]) => spec.restricted).map(([id]) => id);
}

function capabilities(texts: Texts): object {
  return {
    untrustedWorkspaces: {
      supported: 'limited',
      description: texts.ref('trust', {
        en: 'Estimates work. Files that a config names are read only inside the workspace, never elsewhere, until it is trusted.',
        'zh-cn': '可以正常估算。在信任工作区之前，配置所指的文件只在工作区内读取，不会读取其他位置。',
      }),
      restrictedConfigurations: restrictedSettings(),
    },
    virtualWorkspaces: true,
  };
}

function fields(texts: Texts): Readonly<Record<string, unknown>> {
  return {
    publisher: 'headroom',
    engines: { vscode: '^1.91.0' },
    main: './dist/extension.cjs',
    // A browser's extension host loads CommonJS from a file that ends in .js, and nothing else. It takes that for a module
    // where package.json says `"type": "module"`, so package.json must not (a guard holds this).
    browser: './dist/extension.web.js',
    icon: 'media/icon.png',
    categories: ['Machine Learning', 'Linters', 'Visualization'],
    keywords: [
      'vram',
      'gpu memory',
      'out of memory',
      'fine-tuning',
      'llama-factory',
      'minimind',
      'lora',
      'pytorch',
      '显存',
    ],
    activationEvents: DOCUMENT_LANGUAGES.map((language) => `onLanguage:${language}`),
    capabilities: capabilities(texts),
    contributes: {
      commands: commandEntries(texts),
      menus: MENUS,
      configuration: { title: CATEGORY, properties: settingEntries(texts) },
      walkthroughs: [walkthrough(texts)],
    },
  };
}

/** The fields of package.json that VS Code reads; `main`, `browser` and `icon` are paths the build and media keep. */
export function manifestFields(): Readonly<Record<string, unknown>> {
  return fields(new Texts());
}

/** package.nls.json (en) and package.nls.zh-cn.json. */
export function manifestWords(language: Language): Readonly<Record<string, string>> {
  const texts = new Texts();
  fields(texts);
  return Object.fromEntries([...texts.words].map(([key, words]) => [key, words[language]]));
}
