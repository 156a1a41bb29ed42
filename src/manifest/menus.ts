// Where commands appear besides the palette. Context keys live here too: the host sets exactly these.

import type { CommandId } from './commands.ts';

/** True while the active editor shows a config that Headroom reads; set by the host, read by `when` clauses. */
export const TRAINING_CONFIG_CONTEXT = 'headroom.trainingConfig';

export interface MenuItem {
  readonly command: CommandId;
  readonly when: string;
  readonly group: string;
}

export const MENUS = {
  'editor/title': [{ command: 'headroom.showPanel', when: TRAINING_CONFIG_CONTEXT, group: 'navigation' }],
  'editor/context': [{ command: 'headroom.showPanel', when: TRAINING_CONFIG_CONTEXT, group: 'z_headroom@1' }],
} as const satisfies Record<string, readonly MenuItem[]>;
