// Parts of bundled packages that the product never calls, but that tree-shaking cannot prove dead, because methods of
// kept classes refer to them. Each of their exports becomes a function that says so, should it ever be called after all.

import { readFile } from 'node:fs/promises';

/** Printing YAML: files are edited as text (src/yaml/edit.ts), trees are only read. */
const PRINTED_YAML = /[\\/]yaml[\\/]browser[\\/]dist[\\/]stringify[\\/](?!stringifyNumber)\w+\.js$/;
/** Printing JSON Schema, which only the command line does. */
const PRINTED_SCHEMA = /[\\/]zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/;

/** @param {{ jsonSchema: 'kept' | 'left out' }} choice @returns {import('esbuild').Plugin} */
export function leaveOut({ jsonSchema }) {
  const parts = jsonSchema === 'kept' ? [PRINTED_YAML] : [PRINTED_YAML, PRINTED_SCHEMA];
  return {
    name: 'leave-out',
    setup(build) {
      build.onLoad({ filter: /[\\/](yaml|zod)[\\/].*\.js$/ }, async ({ path }) => {
        if (!parts.some((part) => part.test(path))) return undefined;
        return { contents: stub(await readFile(path, 'utf8')) };
      });
    },
  };
}

/** @param {string} source */
function stub(source) {
  const declared = [...source.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(([, name]) => name);
  const listed = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names = '']) => names.split(','));
  const names = [
    ...declared,
    ...listed.map(
      (name) =>
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1) ?? '',
    ),
  ].filter((name) => name !== '');
  const lines = [...new Set(names)].map((name) => `export { gone as ${name} };`);
  return `function gone() { throw new Error('left out of this bundle'); }\n${lines.join('\n')}`;
}
