/** A constant that is computed when it is first asked for: an editor that opens no config pays for none of them. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
