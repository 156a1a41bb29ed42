// Who may import whom: the one place of this table (docs/architecture.md explains it). Anything not listed is forbidden.
// `room` grants values and types, `room:types` grants `import type` only.

/** @type {Record<string, readonly string[]>} */
const rooms = {
  base: [],
  memory: ['base'],
  catalogue: ['base', 'memory:types', 'zod'],
  yaml: ['base', 'yaml-package'],
  dialects: ['base', 'memory:types', 'catalogue', 'yaml', 'zod'],
  service: ['base', 'memory', 'catalogue', 'yaml', 'dialects', 'lsp:types'],
  profiler: ['base', 'memory', 'zod'],
  protocol: ['base', 'memory:types', 'zod'],
  manifest: ['base', 'zod'],
  host: [
    'base',
    'memory',
    'catalogue',
    'yaml',
    'dialects',
    'service',
    'profiler',
    'protocol',
    'manifest',
    'zod',
    'lsp:types',
    'vscode',
  ],
  cli: ['base', 'memory', 'catalogue', 'yaml', 'dialects', 'service', 'profiler', 'zod', 'node'],
  webview: ['protocol', 'memory', 'base'],
};

/** How a grant is recognised among resolved paths; a room is `src/<room>/`. */
const packages = {
  zod: '^node_modules/zod/',
  'yaml-package': '^node_modules/yaml/',
  lsp: '^node_modules/vscode-languageserver-types/',
  vscode: '(^vscode$|^node_modules/@types/vscode/)',
};

const folder = (room) => (room === 'webview' ? '^webview/' : `^src/${room}/`);

function grant(from, name) {
  if (name === 'node') return { from: { path: folder(from) }, to: { dependencyTypes: ['core'] } };
  const [room, only] = name.split(':');
  const path = packages[room] ?? folder(room);
  return { from: { path: folder(from) }, to: only === 'types' ? { path, dependencyTypes: ['type-only'] } : { path } };
}

/** Inside a room everybody sees everybody; a dialect is a room of its own within `dialects`, hugging-face what several share. */
const inside = Object.keys(rooms).map((room) =>
  room === 'dialects'
    ? {
        from: { path: '^src/dialects/([^/]+)/' },
        to: { path: '^src/dialects/($1/|hugging-face/|[^/]+[.]ts$)', pathNot: '^src/dialects/registry[.]ts$' },
      }
    : { from: { path: folder(room) }, to: { path: folder(room) } },
);

module.exports = {
  allowedSeverity: 'error',
  allowed: [
    ...inside,
    { from: { path: '^src/dialects/[^/]+[.]ts$' }, to: { path: '^src/dialects/' } },
    ...Object.entries(rooms).flatMap(([room, grants]) => grants.map((name) => grant(room, name))),
    // Exceptions, each a single file. A shape's own arithmetic (parameter counts) comes with the shape.
    { from: { path: '^src/catalogue/' }, to: { path: '^src/memory/shape[.]ts$' } },
    { from: { path: '^src/cli/headroom[.]ts$' }, to: { path: '^package[.]json$' } },
    { from: { path: '^src/host/.+[.]node[.]ts$' }, to: { dependencyTypes: ['core'] } },
    { from: { path: '^webview/ui/controls[.]tsx?$' }, to: { path: '^node_modules/@vscode/webview-ui-toolkit/' } },
    // TensorFlow.js has one importer, and for its types alone: its code is found at run time.
    {
      from: { path: '^src/profiler/tf[.]ts$' },
      to: { path: '^node_modules/@tensorflow/', dependencyTypes: ['type-only'] },
    },
    { from: { path: '^src/profiler/(tf|worker|.+[.]node)[.]ts$' }, to: { dependencyTypes: ['core'] } },
    // Tests and scripts stand outside the house and may look into every room.
    { from: { path: '^(test|scripts)/|^vitest[.]config[.]mts$' }, to: {} },
  ],
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Code that loads itself. Two types may name each other: an engine its nodes, a node the engine that runs it.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$|^[.][.]/dist/' },
    },
    {
      name: 'no-product-to-tests',
      severity: 'error',
      from: { path: '^(src|webview)/' },
      to: { path: '^(test|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|test/fixtures)/' },
    // Type-only imports count: a room that may not know another may not know its types either.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default', 'node'] },
  },
};
