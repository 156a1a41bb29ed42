// How much of a text is read. A training config is a few kilobytes; these bounds keep hostile or merely huge files from
// holding up an editor. Beyond a bound a document is partial or empty, and a problem says so.

export const LIMITS = {
  /** UTF-16 units. Larger texts are not parsed at all. */
  characters: 512 * 1024,
  /** Nesting of maps and lists. */
  depth: 64,
  /** Nodes of a tree with every alias written out: what a reader that walks it all has to visit. */
  nodes: 100_000,
  /** Anchors, aliases and tags of a file; the parser's time grows with the square of a run of them. */
  properties: 2_000,
  /** Lexemes between two keys or list items, for the same reason. */
  run: 2_000,
  /** Problems kept of one file. */
  problems: 100,
} as const;
