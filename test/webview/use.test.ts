// The panel in use, in a real browser: what the keyboard reaches, what is posted to the host, what stays in place while
// somebody types.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ViewModel } from '../../src/protocol/view-model.ts';
import { sample } from '../../webview/preview/samples.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltPage, buildPage } from './built-page.ts';
import { openPanel, showView } from './open-page.ts';

let browser: Browser;
let built: BuiltPage;

beforeAll(async () => {
  [browser, built] = await Promise.all([launchBrowser(), buildPage()]);
}, 60_000);

afterAll(async () => {
  await browser?.close();
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

/** As the service says it: largest first. */
function withLogits(view: ViewModel, size: number, text: string): ViewModel {
  if (view.outcome.kind !== 'estimate') return view;
  const terms = view.outcome.terms.map((term) => (term.id === 'logits' ? { ...term, bytes: size, text } : term));
  return { ...view, outcome: { ...view.outcome, terms: terms.sort((a, b) => b.bytes - a.bytes) } };
}

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
