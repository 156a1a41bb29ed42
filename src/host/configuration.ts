// Settings, typed by the manifest. A value of the wrong type (settings.json is free text) reads as the default.

import * as vscode from 'vscode';
import { type Language, languageOf } from '../base/language.ts';
import { SETTINGS, type SettingId, type SettingSpec, type SettingValues } from '../manifest/settings.ts';

export function readSetting<K extends SettingId>(id: K, scope?: vscode.Uri): SettingValues[K] {
  const value = vscode.workspace.getConfiguration(undefined, scope).get<unknown>(id);
  const spec: SettingSpec = SETTINGS[id];
  return (accepts(spec, value) ? value : spec.default) as SettingValues[K];
}

function accepts(spec: SettingSpec, value: unknown): boolean {
  if (spec.type === 'choice') return typeof value === 'string' && Object.hasOwn(spec.choices, value);
  return typeof value === spec.type;
}

export async function writeSetting<K extends SettingId>(
  id: K,
  value: SettingValues[K],
  target: vscode.ConfigurationTarget,
  scope?: vscode.Uri,
): Promise<void> {
  await vscode.workspace.getConfiguration(undefined, scope).update(id, value, target);
}

/** The language of every text we show: the setting, else the editor's own. */
export function language(): Language {
  const chosen = readSetting('headroom.language');
  return chosen === 'auto' ? languageOf(vscode.env.language) : chosen;
}

export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('headroom')) listener();
  });
}
