// The panel wears the editor's theme, and changes with it.

import assert from 'node:assert/strict';
import { runCommand, webview } from '../../../scripts/vscode-host/workbench.mjs';
import { chooseTheme, keepPicture, openScreen, type Screen } from './screen.ts';

/** Names as the editor's own list shows them, and what a webview is told of each. */
const THEMES = {
  'Light Modern': 'vscode-light',
  'Dark Modern': 'vscode-dark',
  'Dark High Contrast': 'vscode-high-contrast',
} as const;

describe('the panel', () => {
  let screen: Screen;
  before(async () => {
    screen = await openScreen('training/full.yaml');
    await screen.page.locator('.codelens-decoration', { hasText: 'peak' }).first().waitFor();
    await runCommand(screen.page, 'Headroom: Estimate VRAM');
  });
  afterEach(function () {
    return keepPicture(screen, this.currentTest);
  });
  after(() => screen?.close());

  for (const [theme, className] of Object.entries(THEMES)) {
    it(`is readable under ${theme}`, async () => {
      await chooseTheme(screen.page, theme);
      const body = webview(screen.page).locator(`body.${className}`);
      await body.waitFor();
      const figure = body.locator('.headline .figure');
      await figure.waitFor();
      const [ink, paper] = await figure.evaluate((element) => [
        getComputedStyle(element).color,
        getComputedStyle(element.ownerDocument.body).backgroundColor,
      ]);
      assert.ok(contrast(ink ?? '', paper ?? '') >= 4.5, `${ink} on ${paper}`);
    });
  }
});

/** WCAG 2.2, contrast ratio of two CSS `rgb()` colours; a transparent background shows the editor's own. */
function contrast(ink: string, paper: string): number {
  const [light, dark] = [luminance(ink), luminance(paper)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const channels = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((digits) => Number(digits) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
