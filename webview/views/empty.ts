// The panel beside a file that is not a training config: what it is waiting for, and nothing else.

import type { PanelTexts } from '../../src/protocol/panel-texts.ts';
import { element, setText, type View } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

export function emptyView(): View<PanelTexts> {
  const title = element('h1');
  const body = element('p');
  return {
    root: element('section', 'empty', icon('document'), title, body),
    update(texts) {
      setText(title, texts.emptyTitle);
      setText(body, texts.emptyBody);
    },
  };
}
