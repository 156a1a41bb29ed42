// The panel in a real browser: what it looks like in every state and theme, and what it refuses to run.

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy, panelPage } from '../../src/host/panel-page.ts';
import { SAMPLES, sample } from '../../webview/preview/samples.ts';
import { THEMES } from '../../webview/preview/themes.ts';
import { launchBrowser } from '../support/browser.ts';
import { type BuiltPage, buildPage, ORIGIN, serve } from './built-page.ts';
import { openBlank, openPanel, showView } from './open-page.ts';

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
    for (const control of await page.locator('.toggle:visible, vscode-panel-tab:visible').all()) {
      expect(await overflow(page)).toBe(0);
      await control.click();
    }
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
    ['fits', 'RTX 4090 24 GiB · fits · 0.66 GiB to spare'],
    ['tight', 'tight · the capacity'],
    ['over', 'over · 5.4 GiB too much'],
  ] as const)('%s is said in words beside an icon', async (name, words) => {
    const { page } = await openPanel(browser, built, { sample: name });
    expect(await page.locator('.verdict').innerText()).toContain(words);
    expect(await page.locator('.verdict .icon:visible').count()).toBe(1);
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

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

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
