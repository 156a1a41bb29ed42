// Things that are fetched or unpacked once and kept outside the checkout. A folder of the cache either is not there
// or is complete: it is made beside its place and renamed into it, so an interrupted install leaves nothing to repair.
// Deliberately absent: clearing old versions (a cache folder may always be deleted whole).
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOCK_GROWS_STALE_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 300;

function cacheRoot() {
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return process.env.HEADROOM_VSCODE_CACHE || path.join(base, 'headroom', 'vscode-host');
}

/**
 * The folder `name` of the cache, made by `make(staging)` if it is not there yet.
 * The lock only spares a second maker the work; it is the rename that makes the result whole.
 * @param {string} name
 * @param {(staging: string) => void | Promise<void>} make
 * @param {(line: string) => void} [say]
 */
export async function cached(name, make, say = () => {}) {
  const place = path.join(cacheRoot(), name);
  if (existsSync(place)) return place;
  mkdirSync(cacheRoot(), { recursive: true });
  const lock = `${place}.lock`;
  for (let waited = false; !takeLock(lock); waited = true) {
    if (!waited) say(`waiting for another process that is preparing ${name}`);
    await pause(LOOK_AGAIN_MS);
    if (existsSync(place)) return place;
  }
  try {
    if (!existsSync(place)) await makeInPlace(place, make);
  } finally {
    rmSync(lock, { force: true });
  }
  return place;
}

async function makeInPlace(place, make) {
  const stagingPrefix = `${path.basename(place)}.staging-`;
  for (const left of readdirSync(cacheRoot()).filter((entry) => entry.startsWith(stagingPrefix))) {
    rmSync(path.join(cacheRoot(), left), { recursive: true, force: true });
  }
  const staging = path.join(cacheRoot(), `${stagingPrefix}${process.pid}`);
  mkdirSync(staging);
  try {
    await make(staging);
    renameSync(staging, place);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isAbandoned(lock) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > LOCK_GROWS_STALE_MS) return true;
    const owner = JSON.parse(readFileSync(lock, 'utf8'));
    return owner.host === hostname() && !isAlive(owner.pid);
  } catch {
    return false; // gone, or being written, this very moment
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
