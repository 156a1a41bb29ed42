// What the page knows: the last state from the host, and what the user opened here. The latter outlives the page.

import type { ToWebview } from '../src/protocol/messages.ts';
import type { Bridge } from './bridge.ts';

export type Shown = Extract<ToWebview, { type: 'show' }>;

/** The user's own choices in the panel, by the ids of what they touched. */
interface Choices {
  readonly open: readonly string[];
  readonly tab: string;
  readonly scroll: number;
}

export interface Store {
  readonly shown: () => Shown | null;
  readonly choices: () => Choices;
  readonly show: (shown: Shown) => void;
  readonly choose: (change: Partial<Choices>) => void;
  /** Called after every change of either. */
  readonly subscribe: (listener: () => void) => void;
}

const NOTHING_CHOSEN: Choices = { open: [], tab: 'counters', scroll: 0 };

export function createStore(bridge: Pick<Bridge, 'savedState' | 'saveState'>): Store {
  const listeners: (() => void)[] = [];
  let shown: Shown | null = null;
  let choices = restore(bridge.savedState());
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    shown: () => shown,
    choices: () => choices,
    show(next) {
      shown = next;
      changed();
    },
    choose(change) {
      choices = { ...choices, ...change };
      bridge.saveState(choices);
      changed();
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

/** A state saved by another version of the page counts for as much of it as still makes sense. */
function restore(saved: unknown): Choices {
  if (typeof saved !== 'object' || saved === null) return NOTHING_CHOSEN;
  const { open, tab, scroll } = saved as Record<string, unknown>;
  return {
    open: Array.isArray(open) ? open.filter((id): id is string => typeof id === 'string') : NOTHING_CHOSEN.open,
    tab: typeof tab === 'string' ? tab : NOTHING_CHOSEN.tab,
    scroll: typeof scroll === 'number' ? scroll : NOTHING_CHOSEN.scroll,
  };
}
