// What a newcomer does in the first minutes: opens an example, reads, hovers, opens the panel, clicks, types.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hoverWord, line, runCommand, webview } from '../../../scripts/vscode-host/workbench.mjs';
import { formatBytes } from '../../../src/base/bytes.ts';
import { estimate } from '../command-line.ts';
import { keepPicture, openScreen, type Screen } from './screen.ts';

describe('a newcomer', () => {
  let screen: Screen;
  let figure: string;
  before(async () => {
    screen = await openScreen('examples/llamafactory/lora-llama3-8b.yaml');
    figure = formatBytes(estimate(screen.file).peak.device.expected);
  });
  afterEach(function () {
    return keepPicture(screen, this.currentTest);
  });
  after(() => screen?.close());

  it('sees the peak above the first line and beside the model', async () => {
    const { page } = screen;
    await page
      .locator('.codelens-decoration', { hasText: `peak ${figure}` })
      .first()
      .waitFor();
    await line(page, 'model_name_or_path:')
      .filter({ hasText: figure.replace(' ', '\u00a0') })
      .waitFor();
  });

  it('reads what a key costs in its hover', async () => {
    const hover = await hoverWord(screen.page, 'cutoff_len');
    assert.match((await hover.textContent()) ?? '', /[KMG]iB/);
    await screen.page.keyboard.press('Escape');
  });

  it('finds Headroom: Estimate VRAM in the palette; the panel says the same', async () => {
    await runCommand(screen.page, 'Headroom: Estimate VRAM');
    const panel = webview(screen.page);
    await panel.locator('.headline .figure', { hasText: figure }).waitFor();
    const shares = await panel.locator('tr.term td.share').allInnerTexts();
    const total = shares.map((text) => Number.parseFloat(text)).filter((n) => !Number.isNaN(n));
    assert.ok(total.length >= 4, `only ${total.length} terms`);
  });

  it('clicks a term and lands on its key', async () => {
    const { page } = screen;
    const row = webview(page).locator('tr.term.linked').first();
    const key = ((await row.locator('td.key').textContent()) ?? '').trim();
    await row.click();
    const place =
      readFileSync(screen.file, 'utf8')
        .split('\n')
        .findIndex((text) => text.startsWith(`${key}:`)) + 1;
    assert.ok(place > 0, `${key} is not in the file`);
    await page.getByText(`Ln ${place}, Col`).waitFor(); // the status bar says where the cursor is
    await page.locator('.monaco-editor.focused').waitFor();
  });

  it('types another batch size; hint and panel follow', async () => {
    const { page } = screen;
    await line(page, 'per_device_train_batch_size: 1').click({ position: { x: 60, y: 8 } });
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('per_device_train_batch_size: 2');
    await page.keyboard.press('Escape');
    const after = formatBytes(estimate(screen.file, '--set', 'per_device_train_batch_size=2').peak.device.expected);
    assert.notEqual(after, figure);
    await line(page, 'model_name_or_path:')
      .filter({ hasText: after.replace(' ', '\u00a0') })
      .waitFor();
    await webview(page).locator('.headline .figure', { hasText: after }).waitFor();
    await page
      .locator('.codelens-decoration', { hasText: `peak ${after}` })
      .first()
      .waitFor();
  });

  it('names a budget; lens and panel judge by it', async () => {
    const { page } = screen;
    await runCommand(page, 'Headroom: Pick GPU');
    const input = page.locator('.quick-input-widget input.input');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'NVIDIA' }).first().waitFor();
    await input.fill('2 GiB');
    await page.locator('.quick-input-list .monaco-list-row[aria-label^="2 GiB"]').click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'orkspace' }).first().click();
    await page.locator('.codelens-decoration', { hasText: '2 GiB: over' }).first().waitFor();
    await webview(page).locator('.verdict[data-verdict="over"]').waitFor();
    await page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
  });
});
