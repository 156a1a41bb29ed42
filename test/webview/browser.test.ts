// The panel in a real browser: what it looks like, what the keyboard reaches, what it refuses to run.

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy, panelPage } from '../../src/host/panel-page.ts';
import { panelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewModel } from '../../src/protocol/view-model.ts';
import { SAMPLES, sample } from '../../webview/preview/samples.ts';
import { THEMES } from '../../webview/preview/themes.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltPage, buildPage, ORIGIN, serve } from './built-page.ts';
import { openBlank, openPanel } from './open-page.ts';

const PICTURES = 'out/webview';
const START_MS = 60_000;
const BUDGET_BYTES = 300 * 1024;

let browser: Browser;
let built: BuiltPage;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  [browser, built] = await Promise.all([launchBrowser(), buildPage()]);
}, START_MS);

afterAll(async () => {
  await browser?.close();
});

describe('the page', () => {
  it('stays within its budget', () => {
    expect(built.scriptBytes).toBeLessThanOrEqual(BUDGET_BYTES);
  });

  it('runs as the host serves it, under the host’s policy, without a violation', async () => {
    const { page, complaints } = await openBlank(browser, built);
    const html = panelPage({ nonce: 'abc', script: 'webview.js', style: 'webview.css' });
    await serve(page, built, { '/panel.html': html });
    await page.addInitScript(() => {
      const posted: unknown[] = [];
      const api = { postMessage: (message: unknown) => posted.push(message), getState: () => null, setState: () => {} };
      Object.assign(window, { posted, acquireVsCodeApi: () => api });
    });
    await page.goto(`${ORIGIN}/panel.html`);
    expect(await page.evaluate(() => (window as unknown as { posted: unknown[] }).posted)).toEqual([{ type: 'ready' }]);
    await showView(page, sample('fits', 'en'));
    await page.getByRole('heading', { name: 'Alive at the peak' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is previewed under the very same policy', async () => {
    const preview = await readFile('webview/preview.html', 'utf8');
    expect(preview).toContain(contentSecurityPolicy('preview'));
  });

  it('refuses inline script, so the policy is in force', async () => {
    const { page, complaints } = await openPanel(browser, built);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
    });
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(complaints.join()).toContain('Content Security Policy');
    await page.close();
  });
});

/** Colours differ by theme, structure does not: one theme sees every state, the others the two richest. */
const CONTRASTED = ['fits', 'unknown-model'] as const;

describe('every state', () => {
  const states = SAMPLES.flatMap((name) => [
    { name, theme: 'dark', lang: 'en', width: 560 } as const,
    { name, theme: 'light', lang: 'zh-cn', width: 1100 } as const,
    { name, theme: 'dark', lang: 'en', width: 300 } as const,
  ]);

  it.each(states)('$name, $theme, $lang, $width px: whole, silent, inside its width', async (state) => {
    const { page, complaints } = await openPanel(browser, built, { ...state, sample: state.name });
    expect(await overflow(page)).toBe(0);
    expect(complaints).toEqual([]);
    await page.screenshot({ path: `${PICTURES}/${state.name}-${state.theme}-${state.width}.png`, fullPage: true });
    await page.close();
  });

  it.each(THEMES.flatMap((theme) => (theme === 'dark' ? SAMPLES : CONTRASTED).map((name) => ({ theme, name }))))(
    '$name in $theme has no accessibility violation',
    async ({ theme, name }) => {
      const { page } = await openPanel(browser, built, { sample: name, theme });
      for (const toggle of await page.locator('.toggle:visible').all()) await toggle.click({ force: true });
      expect(await axeViolations(page)).toEqual([]);
      if (theme.startsWith('high') && name === 'fits')
        await page.screenshot({ path: `${PICTURES}/${theme}.png`, fullPage: true });
      await page.close();
    },
  );

  it('tells terms apart by hatching where colours are forced', async () => {
    const { page } = await openPanel(browser, built, { forcedColors: true, theme: 'light' });
    const patterns = await page
      .locator('.swatch')
      .evaluateAll((swatches) => swatches.map((s) => getComputedStyle(s).backgroundImage));
    expect(new Set(patterns).size).toBe(patterns.length);
    await page.screenshot({ path: `${PICTURES}/forced-colors.png`, fullPage: true });
    await page.close();
  });
});

describe('the verdict', () => {
  it.each([
    ['fits', 'fits, 0.66 GiB to spare'],
    ['tight', 'tight, the capacity'],
    ['over', 'over, 5.4 GiB too much'],
  ] as const)('%s is said in words beside an icon', async (name, words) => {
    const { page } = await openPanel(browser, built, { sample: name });
    expect(await page.locator('.verdict').innerText()).toContain(words);
    expect(await page.locator('.verdict .icon:visible').count()).toBe(1);
    await page.close();
  });
});

describe('the keyboard', () => {
  it('reaches every control in reading order', async () => {
    const { page } = await openPanel(browser, built);
    const walked: string[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      const name = await focusedName(page);
      if (name === '' || walked.includes(name)) break;
      walked.push(name);
    }
    expect(walked.slice(0, 4)).toEqual([
      'Choose GPU…',
      'Copy as text',
      'Parts of weights',
      'weights. Show model_name_or_path in the file',
    ]);
    expect(walked).toContain('logits. Show per_device_train_batch_size in the file');
    expect(walked).not.toContain('Parts of buffers');
    expect(walked.at(-1)).toContain('Three totals');
    await page.close();
  });

  it('reveals a key with Enter, and the mouse does so with a click on the row', async () => {
    const { page, posted } = await openPanel(browser, built);
    await page.getByRole('button', { name: /^activations\. Show/ }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-term=logits] .number').first().click();
    expect((await posted()).slice(1)).toEqual([
      { type: 'reveal', start: 40, end: 40 + 'cutoff_len'.length },
      { type: 'reveal', start: 40, end: 40 + 'per_device_train_batch_size'.length },
    ]);
    await page.close();
  });

  it('opens the parts of a term, which stay open when the page is built anew', async () => {
    const { page, posted } = await openPanel(browser, built);
    const toggle = page.getByRole('button', { name: 'Parts of weights' });
    await toggle.focus();
    await page.keyboard.press('Space');
    expect(await toggle.getAttribute('aria-expanded')).toBe('true');
    expect(await page.locator('[data-term=weights] .part').count()).toBe(4);
    expect(await posted()).toEqual([{ type: 'ready' }]);
    await page.reload();
    await page.locator('[data-term=weights] .part').first().waitFor();
    await page.close();
  });

  it('walks the tabs with arrows, and the chosen one is remembered', async () => {
    const { page } = await openPanel(browser, built);
    await page.getByRole('tab', { name: 'Three totals' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('cell', { name: '−0.21 / +0.34 GiB' }).waitFor();
    await page.reload();
    await page.getByRole('cell', { name: '−0.21 / +0.34 GiB' }).waitFor();
    await page.close();
  });

  it('leads from a finding to its place', async () => {
    const { page, posted } = await openPanel(browser, built);
    await page.getByRole('tab', { name: /Findings/ }).click();
    await page.getByRole('button', { name: /cutof_len/ }).press('Enter');
    expect((await posted()).at(-1)).toEqual({ type: 'reveal', start: 120, end: 129 });
    await page.close();
  });

  it('asks for a card and for a copy, and says when the copy is made', async () => {
    const { page, posted } = await openPanel(browser, built);
    await page.getByRole('button', { name: 'Choose GPU…' }).press('Enter');
    await page.getByRole('button', { name: 'Copy as text' }).press('Enter');
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    expect((await posted()).slice(1)).toEqual([{ type: 'pick-gpu' }, { type: 'copy' }]);
    await page.close();
  });
});

describe('while somebody types', () => {
  it('nothing moves, nothing loses focus, only figures change', async () => {
    const { page } = await openPanel(browser, built);
    await page.getByRole('button', { name: /^logits\. Show/ }).focus();
    const before = await places(page);
    const view = sample('fits', 'en');
    await showView(page, view && withLogits(view, 2.9e9, '2.70 GiB'));
    await page.getByText('2.70 GiB').waitFor();
    expect(await places(page)).toEqual(before);
    expect(await focusedName(page)).toMatch(/^logits/);
    await page.close();
  });

  it('terms keep their order when one outgrows another', async () => {
    const { page } = await openPanel(browser, built);
    const order = (): Promise<(string | null)[]> =>
      page.locator('tbody[data-term]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-term')));
    const before = await order();
    const view = sample('fits', 'en');
    await showView(page, view && withLogits(view, 30e9, '27.9 GiB'));
    await page.getByText('27.9 GiB').waitFor();
    expect(await order()).toEqual(before);
    await page.close();
  });

  it('a message that does not match is dropped and reported, and the last state stays', async () => {
    const { page, posted } = await openPanel(browser, built);
    await page.evaluate(() => window.postMessage({ type: 'show', breakdown: { title: 1 } }));
    await page.evaluate(() => window.postMessage({ type: 'what-if' }));
    await expect.poll(async () => (await posted()).length).toBe(3);
    expect(JSON.stringify((await posted()).slice(1))).toMatch(/"problem".*dropped.*show.*dropped.*what-if/);
    expect(await page.locator('.figure').innerText()).toBe('21.4 GiB');
    await page.close();
  });
});

describe('hostile strings', () => {
  it('are shown as they are, everywhere', async () => {
    const { page, complaints } = await openPanel(browser, built, { sample: 'hostile' });
    const attack = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}';
    for (const selector of ['.title', '.verdict', '[data-term=weights] button.label']) {
      expect(await page.locator(selector).first().innerText()).toContain(attack);
    }
    await page
      .getByRole('button', { name: /^Parts of/ })
      .first()
      .click();
    expect(await page.locator('.operation').first().innerText()).toBe(attack);
    await page.getByRole('tab', { name: /Findings/ }).click();
    expect(await page.locator('.finding .message').innerText()).toBe(attack);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

function showView(page: Page, breakdown: ViewModel | null): Promise<void> {
  return page.evaluate((message) => window.postMessage(message), { type: 'show', texts: panelTexts('en'), breakdown });
}

function withLogits(view: ViewModel, size: number, text: string): ViewModel {
  if (view.outcome.kind !== 'estimate') return view;
  const terms = view.outcome.terms.map((term) => (term.id === 'logits' ? { ...term, bytes: size, text } : term));
  return { ...view, outcome: { ...view.outcome, terms } };
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const focusedName = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      document.activeElement?.getAttribute('aria-label') ??
      (document.activeElement === document.body ? '' : (document.activeElement?.textContent ?? '')),
  );

/** Top and height of every part of the page. */
const places = (page: Page): Promise<number[][]> =>
  page
    .locator('section, header, tr, .chart')
    .evaluateAll((nodes) =>
      nodes.map((node) => [node.getBoundingClientRect().top, node.getBoundingClientRect().height]),
    );

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResult> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`),
  );
}
