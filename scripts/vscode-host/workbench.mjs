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
