/** The latest of something, up to a number of them: the oldest makes room for the newest. */
export class Latest<T> {
  private readonly items: T[] = [];
  /** Where the oldest stands once there are as many as there may be. */
  private oldest = 0;

  constructor(private readonly most: number) {}

  get size(): number {
    return this.items.length;
  }

  /** @returns what had to make room; undefined as long as there is some */
  add(item: T): T | undefined {
    if (this.items.length < this.most) {
      this.items.push(item);
      return undefined;
    }
    const gone = this.items[this.oldest]!;
    this.items[this.oldest] = item;
    this.oldest = (this.oldest + 1) % this.most;
    return gone;
  }

  /** The one that was added as the n-th last, from 0; undefined if it is not there any more. */
  fromLast(n: number): T | undefined {
    const { length } = this.items;
    return n >= length ? undefined : this.items[(this.oldest + length - 1 - n) % length];
  }
}

/** First in, first out. */
export class Queue<T> {
  private items: T[] = [];
  private head = 0;

  add(item: T): void {
    this.items.push(item);
  }

  /** The one that has waited the longest; undefined if there is none. */
  take(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head++];
    // What has been taken is let go in one move, once it is the greater part.
    if (this.head >= 1_000 && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
