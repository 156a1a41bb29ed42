// The scripts' door to the tests' own browser launcher, so that there is one of it.
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * A running headless Chromium; the caller closes it.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser(args = ['--disable-quic', '--disable-background-networking', '--hide-scrollbars']) {
  const outfile = path.join(root, `out/scripts/browser-${process.pid}.mjs`);
  await build({
    entryPoints: [path.join(root, 'test/support/browser.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  const launcher = await import(outfile);
  return launcher.launchBrowser(args);
}
