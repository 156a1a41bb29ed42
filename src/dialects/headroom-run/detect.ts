// A native file says so itself: `schema: headroom/run@1` at the top.

import type { Entry, MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import type { Detection } from '../dialect.ts';

export function detect(doc: SourceDoc): Detection {
  const entry = doc.roots.map(schemaEntry).find((found) => found !== undefined);
  return entry ? { score: 1, reasons: [{ key: 'schema', span: entry.keySpan }] } : { score: 0, reasons: [] };
}

export const ourRoot = (doc: SourceDoc): MapNode | undefined =>
  doc.roots.find((root): root is MapNode => schemaEntry(root) !== undefined);

function schemaEntry(root: SourceDoc['roots'][number]): Entry | undefined {
  if (root.kind !== 'map') return undefined;
  return root.entries.find(
    (e) => e.key === 'schema' && e.value.kind === 'scalar' && e.value.value === 'headroom/run@1',
  );
}
