// Opens a state of the panel in a browser page that keeps note of everything that went wrong in it.

import type { Browser, Page } from 'playwright-core';
import { panelTexts } from '../../src/protocol/panel-texts.ts';
import type { ViewModel } from '../../src/protocol/view-model.ts';
import type { SampleName } from '../../webview/preview/samples.ts';
import type { ThemeName } from '../../webview/preview/themes.ts';
import { type BuiltPage, ORIGIN, serve } from './built-page.ts';

export interface Wish {
  readonly sample?: SampleName;
  readonly theme?: ThemeName;
  readonly lang?: 'en' | 'zh-cn';
  readonly width?: number;
  readonly forcedColors?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  /** Errors, console complaints and violations of the policy, in words. */
  readonly complaints: string[];
  /** What the page has posted to the host so far. */
  readonly posted: () => Promise<unknown[]>;
}

export async function openPanel(browser: Browser, built: BuiltPage, wish: Wish = {}): Promise<OpenPage> {
  const { sample = 'fits', theme = 'dark', lang = 'en', width = 560, forcedColors = false } = wish;
  const opened = await openBlank(browser, built, width, forcedColors);
  await opened.page.goto(`${ORIGIN}/preview.html?sample=${sample}&theme=${theme}&lang=${lang}`);
  await opened.page.locator('main h1:visible').waitFor();
  return opened;
}

export async function openBlank(browser: Browser, built: BuiltPage, width = 560, forced = false): Promise<OpenPage> {
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    forcedColors: forced ? 'active' : 'none',
    reducedMotion: 'reduce',
  });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  // Chromium reports every violation of the policy as a console error.
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await serve(page, built);
  const posted = (): Promise<unknown[]> => page.evaluate(() => (window as unknown as { posted: unknown[] }).posted);
  return { page, complaints, posted };
}

/** As the host does when the analysis has changed. */
export function showView(page: Page, breakdown: ViewModel | null): Promise<void> {
  return page.evaluate((message) => window.postMessage(message), { type: 'show', texts: panelTexts('en'), breakdown });
}
