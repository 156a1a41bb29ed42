// The one door to @vscode/webview-ui-toolkit. The toolkit is frozen (retired in 2025): a successor touches this file alone.
// Its prebuilt file is 120 KB smaller than its modules. It is imported by a name that is then used, because the package
// declares itself free of side effects, and a bare import of it is dropped whole by the bundler.
// Deliberately absent: charts and tables. Those are our own HTML on the editor's colours.

import { VSCodeDesignSystem } from '@vscode/webview-ui-toolkit/dist/toolkit.min.js';
import { element, setText } from './dom.ts';
import { type IconName, icon } from './icons.ts';

/** The elements register themselves while the toolkit loads; reading the name is what keeps it in the bundle. */
export function registerControls(): void {
  if (!VSCodeDesignSystem) throw new Error('the toolkit did not register its controls');
}

export interface Button {
  readonly root: HTMLElement;
  readonly setLabel: (label: string) => void;
}

export function button(symbol: IconName, press: () => void): Button {
  // A bare text: the toolkit takes any slotted span for an icon and gives it an icon's size.
  const label = document.createTextNode('');
  const root = document.createElement('vscode-button');
  root.setAttribute('appearance', 'secondary');
  const picture = icon(symbol);
  picture.setAttribute('slot', 'start');
  root.append(picture, label);
  root.addEventListener('click', press);
  return { root, setLabel: (text) => setText(label, text) };
}

/** Our own: the toolkit's badge carries a style attribute in its template, which the page's policy forbids. */
export interface Badge {
  readonly root: HTMLElement;
  readonly setText: (text: string) => void;
}

export function badge(): Badge {
  const root = element('span', 'badge');
  return { root, setText: (text) => setText(root, text) };
}

export interface Tab {
  readonly id: string;
  readonly content: HTMLElement;
}

export interface Tabs {
  readonly root: HTMLElement;
  readonly update: (labels: readonly { readonly id: string; readonly label: string; readonly count: number }[]) => void;
}

/** Tabs whose labels carry a count. `change` hears of the user's choice, by id. */
export function tabs(contents: readonly Tab[], active: string, change: (id: string) => void): Tabs {
  const root = document.createElement('vscode-panels');
  const heads = new Map(contents.map(({ id }) => [id, tabHead(id)]));
  root.append(...[...heads.values()].map((head) => head.root), ...contents.map(tabView));
  root.setAttribute('activeid', tabId(active));
  root.addEventListener('change', (event) => {
    // The detail is the chosen tab; the attribute follows only in the next frame.
    const head = event instanceof CustomEvent ? (event.detail as unknown) : null;
    const chosen = contents.find(({ id }) => head === heads.get(id)?.root);
    if (chosen) change(chosen.id);
  });
  return {
    root,
    update(labels) {
      for (const { id, label, count } of labels) heads.get(id)?.update(label, count);
    },
  };
}

const tabId = (id: string): string => `tab-${id}`;

function tabHead(id: string): { root: HTMLElement; update: (label: string, count: number) => void } {
  const label = element('span');
  const counter = badge();
  const root = document.createElement('vscode-panel-tab');
  root.id = tabId(id);
  root.append(label, counter.root);
  styleByProperty(root);
  return {
    root,
    update(text, count) {
      setText(label, text);
      counter.setText(String(count));
      // Kept in place when there is nothing to count, so that the tabs do not move while somebody types.
      counter.root.classList.toggle('empty', count === 0);
    },
  };
}

/** The toolkit places its tabs by a style attribute, which the page's policy forbids; as a property it may. */
function styleByProperty(node: HTMLElement): void {
  const setAttribute = node.setAttribute.bind(node);
  node.setAttribute = (name, value) => {
    if (name === 'style') node.style.cssText = value;
    else setAttribute(name, value);
  };
}

function tabView({ id, content }: Tab): HTMLElement {
  const view = document.createElement('vscode-panel-view');
  view.id = `view-${id}`;
  view.append(content);
  return view;
}
