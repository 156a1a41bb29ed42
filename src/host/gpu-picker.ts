// `Headroom: Pick GPU`: a card or a budget, how many, and where to remember it. Ends in the setting and nowhere else.

import * as vscode from 'vscode';
import { formatBytes } from '../base/bytes.ts';
import { gpus } from '../catalogue/gpus.ts';
import type { Gpu } from '../memory/gpu.ts';
import { parseTarget } from '../service/target.ts';
import { readSetting, writeSetting } from './configuration.ts';
import { say } from './words.ts';

interface CardItem extends vscode.QuickPickItem {
  /** What is written to the setting; empty: not set. */
  readonly value: string;
  /** A typed text may carry its own count; a card from the list is asked for one. */
  readonly counted: boolean;
}

const COUNTS = [1, 2, 4, 8, 16] as const;

export async function pickGpu(scope: vscode.Uri | undefined): Promise<void> {
  const card = await chooseCard(readSetting('headroom.gpu', scope));
  if (!card) return;
  const value = card.counted ? card.value : await withCount(card.value);
  if (value === undefined) return;
  const target = await chooseTarget();
  if (target === undefined) return;
  await writeSetting('headroom.gpu', value, target, scope);
}

/** Groups of the list, those most people train on first; a new architecture has to be given its place. */
const GROUPS: Readonly<Record<Gpu['architecture'], string>> = {
  ada: 'NVIDIA Ada',
  ampere: 'NVIDIA Ampere',
  hopper: 'NVIDIA Hopper',
  blackwell: 'NVIDIA Blackwell',
  turing: 'NVIDIA Turing',
  volta: 'NVIDIA Volta',
  pascal: 'NVIDIA Pascal',
  cdna: 'AMD CDNA',
  rdna: 'AMD RDNA',
  ascend: 'Huawei Ascend',
};

function cardItems(current: string): CardItem[] {
  const none = { label: say('notSet'), description: say('notSetDetail'), value: '', counted: true };
  // What is set now stands first, so that Enter keeps it.
  const now =
    current === '' ? [] : [{ label: current, iconPath: new vscode.ThemeIcon('check'), value: current, counted: true }];
  return [...now, ...Object.entries(GROUPS).flatMap(([architecture, group]) => groupItems(architecture, group)), none];
}

function groupItems(architecture: string, group: string): CardItem[] {
  const cards = gpus.filter((gpu) => gpu.architecture === architecture);
  const heading = { label: group, kind: vscode.QuickPickItemKind.Separator, value: '', counted: true };
  const items = cards.map(({ name, capacity }) => {
    return { label: name, description: formatBytes(capacity), value: name, counted: false };
  });
  return [heading, ...items];
}

function chooseCard(current: string): Promise<CardItem | undefined> {
  const items = cardItems(current);
  const picker = vscode.window.createQuickPick<CardItem>();
  picker.title = say('pickGpu');
  picker.placeholder = say('pickGpuHint');
  picker.matchOnDescription = true;
  picker.items = items;
  return new Promise((resolve) => {
    picker.onDidChangeValue((text) => {
      picker.items = [...typedItem(text, items), ...items];
    });
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}

/** The text itself, as soon as it is a target and not merely the name of a card in the list. */
function typedItem(text: string, items: readonly CardItem[]): CardItem[] {
  const value = text.trim();
  if (!parseTarget(value).ok || items.some((item) => item.value === value)) return [];
  return [{ label: value, description: say('budgetTyped'), alwaysShow: true, value, counted: true }];
}

async function withCount(card: string): Promise<string | undefined> {
  const items = COUNTS.map((count) => ({
    label: `${count} x ${card}`,
    value: count === 1 ? card : `${count} x ${card}`,
  }));
  return (await vscode.window.showQuickPick(items, { title: say('pickCount') }))?.value;
}

async function chooseTarget(): Promise<vscode.ConfigurationTarget | undefined> {
  if (!vscode.workspace.workspaceFolders?.length) return vscode.ConfigurationTarget.Global;
  const items = [
    { label: say('forWorkspace'), detail: say('forWorkspaceDetail'), target: vscode.ConfigurationTarget.Workspace },
    { label: say('forUser'), detail: say('forUserDetail'), target: vscode.ConfigurationTarget.Global },
  ];
  return (await vscode.window.showQuickPick(items, { title: say('pickTarget') }))?.target;
}
