// The two things one can do with the panel as a whole: name the card, and take the answer along as text.

import type { ToHost } from '../../src/protocol/messages.ts';
import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import { button } from '../ui/controls.ts';
import { element, setText, type View } from '../ui/dom.ts';

export interface Toolbar extends View<PanelTexts> {
  readonly copied: () => void;
}

/** How long the button says that it worked. */
const SAID_FOR_MS = 2000;

export function toolbar(post: (message: ToHost) => void): Toolbar {
  const gpu = button('gauge', () => post({ type: 'pick-gpu' }));
  const copy = button('document', () => post({ type: 'copy' }));
  const status = element('span', 'screen-reader');
  status.setAttribute('role', 'status');
  let texts: PanelTexts | null = null;
  let saying: ReturnType<typeof setTimeout> | undefined;
  const quiet = (): void => {
    setText(status, '');
    if (texts) copy.setLabel(texts.copy);
  };
  return {
    root: element('div', 'toolbar', gpu.root, copy.root, status),
    update(next) {
      texts = next;
      gpu.setLabel(next.chooseGpu);
      if (status.textContent === '') copy.setLabel(next.copy);
    },
    copied() {
      if (!texts) return;
      clearTimeout(saying);
      copy.setLabel(texts.copied);
      setText(status, texts.copied);
      saying = setTimeout(quiet, SAID_FOR_MS);
    },
  };
}
