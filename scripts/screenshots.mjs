// npm run screenshots: the README's pictures, and more for review, made from the running product so that they cannot
// go stale. media/screenshot-{light,dark}.png are kept in git; out/screenshots/ is for looking at.
// Deliberately absent: any retouching, and Chinese where no font can draw it.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageIfNeeded } from '../test/workbench/artefacts.mjs';
import { launchBrowser } from './vscode-host/browser.mjs';
import { QUIET_SETTINGS, startServer } from './vscode-host/server.mjs';
import { hoverWord, openWorkbench, runCommand, webview } from './vscode-host/workbench.mjs';

const root = path.resolve(import.meta.dirname, '..');
const review = path.join(root, 'out/screenshots');
const EXAMPLE = 'llamafactory/full-qwen2.5-1.5b.yaml';
const HOVERED = 'pure_bf16';
const GPU = 'RTX 4090';

const SETTINGS = {
  ...QUIET_SETTINGS,
  'breadcrumbs.enabled': false,
  'editor.folding': false,
  'editor.fontSize': 13,
  'editor.glyphMargin': false,
  'editor.hover.above': false, // below: it would cover the hints
  'editor.lineNumbersMinChars': 3,
  'editor.minimap.enabled': false,
  'editor.scrollbar.horizontal': 'hidden',
  'editor.scrollbar.vertical': 'hidden',
  'editor.wordWrap': 'on',
  'remote.autoForwardPorts': false,
  'window.commandCenter': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'headroom.gpu': GPU,
};
const LIGHT = { 'workbench.colorTheme': 'Light Modern' };
const DARK = { 'workbench.colorTheme': 'Dark Modern' };
const CONTRAST = { 'workbench.colorTheme': 'Default High Contrast' };
const WIDE = { width: 1440, height: 900 };

/**
 * @typedef {object} Shot
 * @property {string} file
 * @property {Record<string, unknown>} settings
 * @property {{ width: number, height: number }} [size]
 * @property {boolean} [panel]
 * @property {boolean} [hover]
 * @property {boolean} [problems]
 * @property {boolean} [chinese]  needs a font
 */

/** @type {readonly Shot[]} */
const SHOTS = [
  { file: path.join(root, 'media/screenshot-light.png'), settings: LIGHT, panel: true, hover: true },
  { file: path.join(root, 'media/screenshot-dark.png'), settings: DARK, panel: true, hover: true },
  { file: path.join(review, 'editor-light.png'), settings: LIGHT, hover: true },
  { file: path.join(review, 'over-budget-dark.png'), settings: { ...DARK, 'headroom.gpu': '12 GiB' }, problems: true },
  {
    file: path.join(review, 'panel-narrow-light.png'),
    settings: LIGHT,
    panel: true,
    size: { width: 760, height: 900 },
  },
  { file: path.join(review, 'no-gpu-light.png'), settings: { ...LIGHT, 'headroom.gpu': '' }, panel: true },
  { file: path.join(review, 'high-contrast.png'), settings: CONTRAST, panel: true },
  {
    file: path.join(review, 'chinese-light.png'),
    settings: { ...LIGHT, 'headroom.language': 'zh-cn' },
    panel: true,
    hover: true,
    chinese: true,
  },
];

packageIfNeeded();
mkdirSync(review, { recursive: true });
const wanted = process.argv.slice(2);
const browser = await launchBrowser();
try {
  const canDrawChinese = await drawsChinese(browser);
  for (const shot of SHOTS.filter(({ file }) => wanted.length === 0 || wanted.some((name) => file.includes(name)))) {
    if (shot.chinese && !canDrawChinese) {
      console.log(`skipped ${path.relative(root, shot.file)}: no font of this machine draws Chinese`);
      continue;
    }
    await take(shot);
    console.log(path.relative(root, shot.file));
  }
} finally {
  await browser.close();
}

/** @param {Shot} shot */
async function take(shot) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'headroom-shot-'));
  const folder = path.join(scratch, 'examples'); // a copy: nothing that is shown may change the checkout
  cpSync(path.join(root, 'examples'), folder, { recursive: true });
  const server = await startServer({ settings: { ...SETTINGS, ...shot.settings }, say: (text) => console.log(text) });
  const page = await browser.newPage({ viewport: shot.size ?? WIDE });
  try {
    await openWorkbench(page, {
      authority: server.authority,
      folder,
      file: path.join(folder, EXAMPLE),
      development: [root],
    });
    await arrange(page, shot);
    await page.screenshot({ path: shot.file });
  } catch (error) {
    await page.screenshot({ path: path.join(review, `failed-${path.basename(shot.file)}`) });
    throw error;
  } finally {
    await page.close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {import('playwright-core').Page} page */
async function arrange(page, shot) {
  await page.locator('.codelens-decoration', { hasText: 'GiB' }).first().waitFor();
  await runCommand(page, 'View: Close Primary Side Bar');
  if (shot.panel) {
    await runCommand(page, 'Headroom: Estimate VRAM');
    await webview(page).locator('.headline .figure').waitFor();
  }
  if (shot.problems) {
    await page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
    await runCommand(page, 'Problems: Focus on Problems View');
  }
  await page
    .locator('.notifications-toasts .codicon-notifications-clear')
    .first()
    .click({ timeout: 500 })
    .catch(() => {});
  if (shot.hover) await hoverWord(page, HOVERED);
  await page.waitForTimeout(700); // fades and the caret's blink come to rest
}

/** A missing glyph looks like every other missing glyph. */
async function drawsChinese(browser) {
  const page = await browser.newPage();
  const [zhong, wen, unassigned] = await page.evaluate(() =>
    ['\u4e2d', '\u6587', '\u{effff}'].map((text) => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      context.font = '32px sans-serif';
      context.fillText(text, 0, 40);
      return canvas.toDataURL();
    }),
  );
  await page.close();
  return zhong !== unassigned && zhong !== wen;
}
