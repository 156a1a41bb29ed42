// Parts of bundled packages that the product never calls, but that tree-shaking cannot prove dead, because methods of
// kept classes or tables refer to them. Each of their exports becomes a function that says so, should it ever be called
// after all. test/yaml/as-shipped.test.ts holds what is left to the whole package.

import { readFile } from 'node:fs/promises';

/** Folders and files of the `yaml` package. Its texts are only read (src/yaml/yaml-tree.ts), as trees of text. */
const LEFT_OUT = [
  // Printing: files are edited as text (src/yaml/edit.ts).
  'stringify/\\w+',
  // Types of scalars and collections: everything is composed by the schema `failsafe`, with no other tag known.
  'schema/(core|json|yaml-1\\.1)/\\w+',
  'schema/common/null',
  // Making, walking and converting documents: trees are read node by node.
  'doc/(anchors|applyReviver|createNode)',
  'nodes/(addPairToJSMap|toJS)',
  'parse/(cst-visit|cst-stringify|cst-scalar)',
  'visit',
];
const FILES = new RegExp(
  `[\\\\/]yaml[\\\\/]browser[\\\\/]dist[\\\\/](${LEFT_OUT.join('|').replaceAll('/', '[\\\\/]')})\\.js$`,
);
const GONE = 'left-out:gone';

/** @type {import('esbuild').Plugin} */
export const leaveOut = {
  name: 'leave-out',
  setup(build) {
    build.onLoad({ filter: FILES }, async ({ path }) => ({ contents: stub(await readFile(path, 'utf8')) }));
    build.onResolve({ filter: new RegExp(`^${GONE}$`) }, () => ({ path: GONE, namespace: GONE }));
    build.onLoad({ filter: /.*/, namespace: GONE }, () => ({
      contents: `export function gone() { throw new Error('left out of this bundle'); }`,
    }));
  },
};

/** @param {string} source */
function stub(source) {
  const declared = [...source.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(([, name]) => name);
  const listed = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names = '']) => names.split(','));
  const names = listed.map((name) =>
    name
      .split(/\sas\s/)
      .at(-1)
      ?.trim(),
  );
  const exported = [...new Set([...declared, ...names])].filter((name) => name);
  return exported.map((name) => `export { gone as ${name} } from '${GONE}';`).join('\n');
}
