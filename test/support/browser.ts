// A browser for the tests, on machines that may have none: CHROMIUM_PATH → an installed Chromium or Chrome → the one
// that travels inside the npm package @sparticuz/chromium, with the libraries it carries where the system lacks them.
// Deliberately absent: any download. On Linux x64 `npm ci` is enough; elsewhere a browser is installed, or is named.

import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

export interface BrowserBinary {
  readonly path: string;
  readonly source: 'CHROMIUM_PATH' | 'installed' | '@sparticuz/chromium';
  /** What the process needs beside our own environment: its libraries, its fonts. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the browser that {@link findBrowser} finds, headless. The caller closes it. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const binary = await findBrowser();
  return chromium.launch({
    executablePath: binary.path,
    // Containers have neither user namespaces nor a large /dev/shm, and the headless shell carries no GPU process.
    args: ['--no-sandbox', '--no-zygote', '--disable-dev-shm-usage', '--disable-gpu', ...args],
    env: { ...definedEnvironment(), ...binary.env },
  });
}

export async function findBrowser(): Promise<BrowserBinary> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    // A wrong name is a mistake to report, not a reason to test with another browser.
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`);
    return { path: named, source: 'CHROMIUM_PATH', env: {} };
  }
  const installed = installedCandidates().find(runs);
  if (installed) return { path: installed, source: 'installed', env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return packagedBrowser();
  throw new Error('No browser found: install Chromium or Chrome, or set CHROMIUM_PATH to one');
}

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
);
const WINDOWS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

function installedCandidates(): string[] {
  if (process.platform === 'darwin') return MAC;
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
    return roots.flatMap((root) => (root ? WINDOWS.map((path) => join(root, path)) : []));
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** Ubuntu's `chromium-browser` may be a stub that asks for a snap: on Linux only what answers counts. */
function runs(path: string): boolean {
  if (!isExecutable(path)) return false;
  return process.platform !== 'linux' || spawnSync(path, ['--version'], { timeout: 10_000 }).status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function packagedBrowser(): Promise<BrowserBinary> {
  const folder = await unpackOnce();
  const path = join(folder, 'chromium');
  const fonts = { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  const libraries = {
    LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  };
  // The system's own libraries come first where they exist: they match its C library.
  for (const env of [fonts, { ...fonts, ...libraries }]) {
    if (spawnSync(path, ['--version'], { env: { ...process.env, ...env }, timeout: 20_000 }).status === 0) {
      return { path, source: '@sparticuz/chromium', env };
    }
  }
  throw new Error(`The Chromium of @sparticuz/chromium does not start (${path}); set CHROMIUM_PATH to another one`);
}

/** Unpacked beside, then renamed: test files that run at the same time see a whole browser or none. */
async function unpackOnce(): Promise<string> {
  const folder = join(tmpdir(), `headroom-chromium-${await packageVersion()}`);
  if (existsSync(folder)) return folder;
  const staging = await mkdtemp(`${folder}-`);
  try {
    await unpackInto(staging);
    await writeFile(join(staging, 'fonts.conf'), fontsConfig(folder));
    await rename(staging, folder);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The package unpacks into the temporary folder of its process, and its libraries only where it believes to be on Lambda. */
async function unpackInto(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const program = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    env: { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
  });
}

async function packageVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const manifest = JSON.parse(await readFile(join(entry.split('/build/')[0] ?? '', 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/** The system's fonts, the package's own, and the reader's: the package has Latin only, so Chinese needs ~/.fonts or a system font. */
function fontsConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>~/.fonts</dir>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
