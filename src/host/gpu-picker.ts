// `Headroom: Pick GPU`: a card or a budget, how many, and where to remember it. Ends in the setting and nowhere else.

import * as vscode from 'vscode';
import { gpus } from '../catalogue/gpus.ts';
import type { Gpu } from '../memory/gpu.ts';
import { parseTarget, printSize } from '../service/target.ts';
import { readSetting, writeSetting } from './configuration.ts';
import { say } from './words.ts';

interface CardItem extends vscode.QuickPickItem {
  /** What is written to the setting; empty: not set. */
  readonly value: string;
  /** A typed text may carry its own count; a card from the list is asked for one. */
  readonly counted: boolean;
}

/** What most people train on stands first. */
const OFTEN = ['RTX 4090', 'RTX 3090', 'A100 80GB', 'H100 80GB'];
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

/** The other groups of the list; a new architecture has to be given its place. */
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
  const often = OFTEN.flatMap((name) => gpus.find((gpu) => gpu.name === name) ?? []);
  const others = Object.entries(GROUPS).flatMap(([architecture, group]) => {
    return groupItems(
      group,
      gpus.filter((gpu) => gpu.architecture === architecture && !often.includes(gpu)),
    );
  });
  return [...now, ...groupItems(say('often'), often), ...others, none];
}

function groupItems(group: string, cards: readonly Gpu[]): CardItem[] {
  const heading = { label: group, kind: vscode.QuickPickItemKind.Separator, value: '', counted: true };
  const items = cards.map((gpu) => {
    return { label: gpu.name, description: printSize(gpu), value: gpu.name, counted: false };
  });
  return [heading, ...items];
}

function chooseCard(current: string): Promise<CardItem | undefined> {
  const items = cardItems(current);
  const picker = vscode.window.createQuickPick<CardItem>();
  picker.title = say('pickGpu');
  picker.placeholder = say('pickGpuHint');
  picker.items = items;
  return new Promise((resolve) => {
    picker.onDidChangeValue((text) => {
      const meant = meantBy(text, items);
      picker.items = meant ? [meant] : items;
    });
    // Who types and presses Enter at once has not seen the item of the text yet: the text wins over what was active.
    picker.onDidAccept(() => {
      resolve(meantBy(picker.value, items) ?? picker.selectedItems[0]);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}

/** A text that is a target by itself; null: it only filters the list. Of a card, the list may hold more of that name. */
function meantBy(text: string, items: readonly CardItem[]): CardItem | null {
  const value = text.trim();
  const target = parseTarget(value);
  if (!target.ok) return null;
  const filters = items.some(({ label }) => label.toLowerCase().includes(value.toLowerCase()));
  if (target.value.gpu && filters) return null;
  return { label: value, description: say('budgetTyped'), alwaysShow: true, value, counted: true };
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
