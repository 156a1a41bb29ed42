// Stands in for VS Code on preview.html: ?sample=tight&theme=dark&lang=zh-cn. It answers the page as host/panel.ts does,
// records what the page posts in `window.posted`, and keeps its saved state over a reload.

import { languageOf } from '../../src/base/language.ts';
import { readToHost, type ToWebview } from '../../src/protocol/messages.ts';
import { panelTexts } from '../../src/protocol/panel-texts.ts';
import { SAMPLES, sample } from './samples.ts';
import { applyTheme, THEMES } from './themes.ts';

const wishes = new URLSearchParams(window.location.search);
const wish = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
  known.find((value) => value === wishes.get(name)) ?? otherwise;

const posted: unknown[] = [];
const STATE = 'headroom-preview';

function show(): ToWebview {
  const locale = wishes.get('lang') ?? 'en';
  return {
    type: 'show',
    texts: panelTexts(languageOf(locale)),
    breakdown: sample(wish('sample', SAMPLES, 'fits'), locale),
  };
}

function answer(raw: unknown): void {
  posted.push(raw);
  const message = readToHost(raw);
  if (!message.ok) return;
  if (message.value.type === 'ready') window.postMessage(show());
  if (message.value.type === 'copy') window.postMessage({ type: 'copied' } satisfies ToWebview);
}

Object.assign(window, {
  posted,
  acquireVsCodeApi: () => ({
    postMessage: answer,
    getState: () => JSON.parse(sessionStorage.getItem(STATE) ?? 'null') as unknown,
    setState: (state: unknown) => sessionStorage.setItem(STATE, JSON.stringify(state)),
  }),
});
applyTheme(wish('theme', THEMES, 'dark'));
