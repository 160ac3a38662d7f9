interface Node<T> {
  readonly key: string;
  readonly value: T;
  older: Node<T> | null;
  newer: Node<T> | null;
}

/** Values by key, in the order of their last use. */
export class RecentKeys<T> {
  private readonly nodes = new Map<string, Node<T>>();
  private oldest: Node<T> | null = null;
  private newest: Node<T> | null = null;

  get size(): number {
    return this.nodes.size;
  }

  /** Looks without using. */
  get(key: string): T | undefined {
    return this.nodes.get(key)?.value;
  }

  /** Gets a value, which becomes the most recently used. */
  use(key: string): T | undefined {
    const node = this.nodes.get(key);
    if (node === undefined) return undefined;
    if (node !== this.newest) {
      this.unlink(node);
      this.link(node);
    }
    return node.value;
  }

  /** Adds a value under a key that is not there yet. */
  add(key: string, value: T): void {
    const node: Node<T> = { key, value, older: null, newer: null };
    this.nodes.set(key, node);
    this.link(node);
  }

  delete(key: string): void {
    const node = this.nodes.get(key);
    if (node === undefined) return;
    this.nodes.delete(key);
    this.unlink(node);
  }

  /** Up to `count` keys with their values, the least recently used first. */
  first(count: number): [string, T][] {
    const found: [string, T][] = [];
    for (let node = this.oldest; node !== null && found.length < count; node = node.newer) found.push([node.key, node.value]);
    return found;
  }

  private link(node: Node<T>): void {
    node.older = this.newest;
    node.newer = null;
    if (this.newest === null) this.oldest = node;
    else this.newest.newer = node;
    this.newest = node;
  }

  private unlink(node: Node<T>): void {
    if (node.older === null) this.oldest = node.newer;
    else node.older.newer = node.newer;
    if (node.newer === null) this.newest = node.older;
    else node.newer.older = node.older;
  }
}
