// The whole page: which of its parts are shown for which state. Parts are made once and then only updated or hidden.

import type { ToHost } from '../../src/protocol/messages.ts';
import type { Shown, Store } from '../store.ts';
import { element, type View } from '../ui/dom.ts';
import { detailsView } from './details.ts';
import { emptyView } from './empty.ts';
import { headline } from './headline.ts';
import { notesView } from './notes.ts';
import { phasesView } from './phases.ts';
import { termsView } from './terms.ts';
import { toolbar } from './toolbar.ts';

export interface Panel extends View<Shown> {
  /** The host says that the text is on the clipboard. */
  readonly copied: () => void;
}

export function panelView(store: Store, post: (message: ToHost) => void): Panel {
  const reveal = (span: { readonly start: number; readonly end: number }): void => post({ type: 'reveal', ...span });
  const tools = toolbar(post);
  const head = headline(tools.root);
  const terms = termsView({ reveal, toggle: (id) => store.choose({ open: toggled(store.choices().open, id) }) });
  const phases = phasesView();
  const details = detailsView(store.choices().tab, { reveal, chooseTab: (tab) => store.choose({ tab }) });
  const notes = notesView(reveal);
  const empty = emptyView();

  const estimate = element('div', 'estimate', terms.root, element('div', 'aside', phases.root, details.root));
  const described = element('div', 'described', head.root, estimate, notes.root);
  const root = element('main', 'panel', described, empty.root);
  return {
    root,
    copied: tools.copied,
    update({ breakdown: view, texts }) {
      document.documentElement.lang = view?.language ?? document.documentElement.lang;
      described.hidden = view === null;
      empty.root.hidden = view !== null;
      empty.update(texts);
      tools.update(texts);
      if (view === null) return;
      head.update({ view, texts });
      const { outcome, headings } = view;
      const estimated = outcome.kind === 'estimate';
      estimate.hidden = !estimated;
      notes.root.hidden = estimated;
      if (!estimated) {
        notes.update({ view, texts });
        return;
      }
      terms.update({ headings, estimate: outcome, texts, open: store.choices().open });
      phases.update({ headings, phases: outcome.phases, texts });
      details.update({ view, estimate: outcome, texts });
    },
  };
}

const toggled = (open: readonly string[], id: string): readonly string[] =>
  open.includes(id) ? open.filter((other) => other !== id) : [...open, id];
