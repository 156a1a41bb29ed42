// Sentences from the host mark names with backticks, as the editor's own messages do. Here they become code, by nodes:
// the text itself is never read as markup.

import { element } from './dom.ts';

const shown = new WeakMap<HTMLElement, string>();

export function setProse(node: HTMLElement, text: string): void {
  if (shown.get(node) === text) return;
  shown.set(node, text);
  node.replaceChildren(...proseNodes(text));
}

function proseNodes(text: string): (Node | string)[] {
  const pieces = text.split('`');
  // An odd backtick is one that somebody typed.
  if (pieces.length % 2 === 0) return [text];
  return pieces.map((piece, i) => (i % 2 === 0 ? piece : element('code', '', piece)));
}
