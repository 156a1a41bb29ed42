// Opening the workbench of a server in a page. Deliberately absent: what to look for there (the tests and the
// screenshots know that).
import path from 'node:path';

/**
 * @typedef {object} Opening
 * @property {string} authority            `127.0.0.1:port` of the server
 * @property {string} [folder]
 * @property {string} [file]               opened on start
 * @property {string} [tests]              extension tests; needs a server started `forTests`
 * @property {string[]} [development]      folders of extensions under development
 * @property {boolean} [disableExtensions] the installed ones
 */

/** @param {Opening} opening */
export function workbenchUrl({ authority, folder, file, tests, development = [], disableExtensions }) {
  const remote = (place) => `vscode-remote://${authority}${encodeURI(path.resolve(place))}`;
  const payload = [
    ...development.map((place) => ['extensionDevelopmentPath', remote(place)]),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
    ...(file ? [['openFile', remote(file)]] : []),
    ...(disableExtensions ? [['disableExtensions', 'true']] : []),
  ];
  const query = new URLSearchParams(folder ? { folder: path.resolve(folder) } : { ew: 'true' });
  query.set('payload', JSON.stringify(payload));
  return `http://${authority}/?${query}`;
}

/**
 * Opens the workbench as a user sees it, with extensions under development. The payload names those only to a server
 * started `forTests`, which hides toasts; so they are put into the configuration that the workbench reads once from
 * its page. (Answering the page's request with a changed page does not do: its WebSocket is then refused.)
 * @param {import('playwright-core').Page} page
 * @param {Opening} opening
 */
export async function openWorkbench(page, { development = [], ...opening }) {
  const extensions = development.map((place) => ({
    scheme: 'vscode-remote',
    authority: opening.authority,
    path: path.resolve(place),
  }));
  await page.addInitScript((added) => {
    const read = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = read.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || !value) return value;
      const configuration = JSON.parse(value);
      configuration.developmentOptions = { ...configuration.developmentOptions, extensions: added };
      return JSON.stringify(configuration);
    };
  }, extensions);
  await page.goto(workbenchUrl(opening));
}

/**
 * Runs a command by its title, as a user does.
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
export async function runCommand(page, title) {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await input.fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
}

/**
 * The contents of the webview: VS Code puts the page of an extension two frames deep.
 * @param {import('playwright-core').Page} page
 */
export function webview(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

/**
 * A line of the active editor, found by a part of its text. The editor prints spaces as non-breaking ones.
 * @param {import('playwright-core').Page} page
 * @param {string} text
 */
export function line(page, text) {
  return page.locator('.editor-instance .view-line', { hasText: text.replaceAll(' ', '\u00a0') }).first();
}

/**
 * Rests the mouse on a word until its hover is there.
 * @param {import('playwright-core').Page} page
 * @param {string} word  a token of the file, coloured as one piece
 */
export async function hoverWord(page, word) {
  const hover = page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first();
  const token = page
    .locator('.editor-instance .view-line span > span', { hasText: new RegExp(`^\\s*${word}$`) })
    .first();
  for (let attempt = 0; ; attempt++) {
    await page.mouse.move(0, 0);
    await token.hover();
    try {
      await hover.waitFor({ timeout: 4000 });
      return hover;
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}
