/** Where the lines of a flat list of names and values are, by name without regard to case. Lines may be added behind the others. */
export class HeaderIndex {
  private readonly firsts = new Map<string, number>();
  private readonly repeated = new Set<string>();

  constructor(flat: readonly string[]) {
    for (let i = 0; i < flat.length; i += 2) this.add(flat[i]!, i);
  }

  /** A line has been added at the end. @param at where its name stands */
  add(name: string, at: number): void {
    const key = name.toLowerCase();
    if (this.firsts.has(key)) this.repeated.add(key);
    else this.firsts.set(key, at);
  }

  /** Where the name of the first line stands, or -1. */
  first(name: string): number {
    return this.firsts.get(name.toLowerCase()) ?? -1;
  }

  /** True for a name with more than one line. */
  isRepeated(name: string): boolean {
    return this.repeated.has(name.toLowerCase());
  }
}
