// Parts of a document that are computed: everything between `<!-- generated: NAME -->` and `<!-- end: NAME -->`.

const BLOCK = /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(\n<!-- end: \2 -->)/g;

/** The document with every block made anew; a block nobody makes is left alone. */
export function withBlocks(text: string, make: Readonly<Record<string, () => string>>): string {
  return text.replace(BLOCK, (whole, open: string, name: string, close: string) => {
    const block = make[name];
    return block ? `${open}\n${block()}\n${close}` : whole;
  });
}
