// One workbench at the screen: a browser on the server that run.mjs started, the extension in development, one file open.

import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openWorkbench, runCommand } from '../../../scripts/vscode-host/workbench.mjs';
import { launchBrowser } from '../../support/browser.ts';

export interface Screen {
  readonly page: Page;
  /** Path of the file that is open. */
  readonly file: string;
  readonly close: () => Promise<void>;
}

const given = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these tests with npm run test:workbench`);
  return value;
};

export async function openScreen(name: string): Promise<Screen> {
  const folder = given('HEADROOM_TEST_WORKSPACE');
  const file = path.join(folder, name);
  const browser: Browser = await launchBrowser(['--disable-quic']);
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await openWorkbench(page, {
    authority: given('HEADROOM_TEST_AUTHORITY'),
    folder,
    file,
    development: [given('HEADROOM_TEST_ROOT')],
    disableExtensions: true,
  });
  await page.locator('.monaco-editor .view-line').first().waitFor();
  return { page, file, close: () => browser.close() };
}

/** Picks a colour theme from the editor's own list. */
export async function chooseTheme(page: Page, name: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
  await input.waitFor({ state: 'hidden' });
}

/** A failed test leaves a picture of the screen in out/. */
export async function keepPicture(screen: Screen | undefined, test: Mocha.Test | undefined): Promise<void> {
  if (!screen || test?.state !== 'failed') return;
  const name = test
    .fullTitle()
    .replaceAll(/[^a-z0-9]+/gi, '-')
    .toLowerCase();
  await screen.page.screenshot({ path: path.join(given('HEADROOM_TEST_ROOT'), 'out', `failed-${name}.png`) });
}
