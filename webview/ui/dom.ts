// The little DOM this page needs: make an element once, change only what differs. Text goes in as text, never as markup.

export type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

export function setText(node: Element | Text, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttributes(node: Element, attributes: Readonly<Record<string, string | null>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
}

/** Something drawn: made once, then told what to show. */
export interface View<T> {
  readonly root: HTMLElement;
  readonly update: (model: T) => void;
}

/** Children kept by key, after those that are already there, so that focus, hover and open rows survive an update. */
export interface KeyedList<T> {
  readonly update: (items: readonly T[]) => void;
}

export function keyedList<T>(
  parent: HTMLElement,
  keyOf: (item: T) => string,
  make: (item: T) => View<T>,
): KeyedList<T> {
  const made = new Map<string, View<T>>();
  const before = parent.children.length;
  return {
    update(items) {
      const keys = distinct(items.map(keyOf));
      for (const [key, view] of made) {
        if (keys.includes(key)) continue;
        view.root.remove();
        made.delete(key);
      }
      items.forEach((item, index) => {
        const key = keys[index] ?? '';
        const view = made.get(key) ?? make(item);
        made.set(key, view);
        view.update(item);
        // Moving a focused element would blur it: only what stands elsewhere is moved.
        const here = parent.children[before + index] ?? null;
        if (here !== view.root) parent.insertBefore(view.root, here);
      });
    },
  };
}

/** Two findings may say the same of one place: the second of a key gets a key of its own. */
function distinct(keys: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return keys.map((key) => {
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return times === 0 ? key : `${key}\n${times}`;
  });
}

/** A heading and what it introduces. `label` updates both the heading and the region's name. */
export function section(className: string, ...content: readonly Child[]): { root: HTMLElement; heading: HTMLElement } {
  const heading = element('h2');
  heading.id = `heading-${className}`;
  const root = element('section', className, heading, ...content);
  root.setAttribute('aria-labelledby', heading.id);
  return { root, heading };
}
