// Builds the panel's page and its preview into a folder, and serves them to a browser page without a server.

import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Never looked up: every request to it is answered from the folder. */
export const ORIGIN = 'http://preview.test';

export interface BuiltPage {
  readonly folder: string;
  /** Size of the page's script, minified, in bytes. */
  readonly scriptBytes: number;
}

export async function buildPage(): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-webview-'));
  await build({
    absWorkingDir: root,
    entryPoints: {
      webview: 'webview/index.ts',
      'fake-bridge': fileURLToPath(new URL('../../webview/preview/fake-bridge.ts', import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    outdir: folder,
    logLevel: 'error',
  });
  return { folder, scriptBytes: (await readFile(join(folder, 'webview.js'))).byteLength };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Answers the page's requests: what `pages` holds by path, the preview, the built files; anything else is 404. */
export async function serve(
  page: Page,
  { folder }: BuiltPage,
  pages: Readonly<Record<string, string>> = {},
): Promise<void> {
  await page.route(`${ORIGIN}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const contentType = TYPES[extname(path)] ?? 'text/plain';
    try {
      const body =
        pages[path] ?? (await readFile(path === '/preview.html' ? join(root, 'webview', path) : join(folder, path)));
      await route.fulfill({ body, contentType });
    } catch {
      await route.fulfill({ status: 404, body: '' });
    }
  });
}
