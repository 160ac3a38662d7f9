/**
 * Names of headers, in any case. Of most names their length alone tells that they are none of these: those are never put in lower case, which
 * costs more than everything else here.
 */
export class HeaderNames {
  private readonly names: ReadonlySet<string>;
  private readonly lengths: readonly boolean[];

  constructor(names: Iterable<string>) {
    this.names = new Set(Array.from(names, (name) => name.toLowerCase()));
    const longest = Math.max(0, ...Array.from(this.names, (name) => name.length));
    const lengths = new Array<boolean>(longest + 1).fill(false);
    for (const { length } of this.names) lengths[length] = true;
    this.lengths = lengths;
  }

  has(name: string): boolean {
    const { length } = name;
    return length < this.lengths.length && this.lengths[length]! && this.names.has(name.toLowerCase());
  }
}
