// Loads and activates the built extension once, in an editor that is not there, and prints both times as JSON.

// Loads and activates the built extension once, in an editor that is not there, and prints both times as JSON.

import Module, { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

/** Answers anything with itself: every API can be read, called, constructed and listened to. */
const anything = () => {
  const target = function anything() {};
  return new Proxy(target, {
    get: (_, key) => {
      if (key === 'then') return undefined;
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      if (key === Symbol.toPrimitive) return () => '';
      if (key === 'prototype') return target.prototype;
      return anything();
    },
    apply: () => anything(),
    construct: () => anything(),
  });
};

const require = createRequire(import.meta.url);
const load = Module._load;
/** A bundle copies a module's own keys and inherits the rest, so what answers everything is its prototype. */
const vscode = Object.create(anything());
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));

const start = performance.now();
const extension = require('../dist/extension.cjs');
const loaded = performance.now();
await extension.activate(anything());
console.log(JSON.stringify({ load: loaded - start, activate: performance.now() - loaded }));
process.exit();
