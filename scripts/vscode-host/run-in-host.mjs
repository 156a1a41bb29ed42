// Runs extension tests inside the Node extension host of a VS Code server; the workbench they need is opened in a
// headless browser. Gives the exit code that the desktop executable would give.
import { format } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { startServer } from './server.mjs';
import { workbenchUrl } from './workbench.mjs';

const LIMIT_MS = Number(process.env.HEADROOM_VSCODE_LIMIT_MS ?? 5 * 60_000);
const CRASHED = 70;
const TIMED_OUT = 124;

/** Lines of the workbench itself, which share the channel of the tests' console. */
const NOISE =
  /^(\[|%c|Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|Using .* for remote|getaddrinfo |Canceled: Canceled|Long running operations)/;

/** @param {Omit<import('./workbench.mjs').Opening, 'authority'> & { userDataDir?: string, extensionsDir?: string }} run */
export async function runInHost({ userDataDir, extensionsDir, ...opening }) {
  const server = await startServer({ userDataDir, extensionsDir, forTests: true, say: (line) => console.log(line) });
  let browser;
  const close = async () => {
    await browser?.close();
    await server.stop();
  };
  const interrupted = () => void close().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    return await exitCodeOf(page, workbenchUrl({ authority: server.authority, ...opening }));
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    await close();
  }
}

/** The workbench reports through two functions that it finds on its page. */
async function exitCodeOf(page, url) {
  let timer;
  const ended = new Promise((resolve) => {
    page.on('crash', () => resolve(CRASHED));
    timer = setTimeout(() => resolve(TIMED_OUT), LIMIT_MS);
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.exposeFunction('codeAutomationLog', (type, args) => {
    const line = format(...args);
    if (process.env.HEADROOM_VSCODE_VERBOSE || !NOISE.test(line)) {
      (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${line}\n`);
    }
  });
  await page.goto(url);
  const code = await ended;
  clearTimeout(timer);
  if (code === TIMED_OUT) console.error(`the tests in the extension host gave no result within ${LIMIT_MS / 1000} s`);
  if (code === CRASHED) console.error('the page of the workbench crashed');
  return code;
}
