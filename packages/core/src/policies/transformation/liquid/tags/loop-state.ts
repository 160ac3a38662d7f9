import { Keyed, Pair } from "../values.js";

const LOOP = ["name", "length", "index", "index0", "rindex", "rindex0", "first", "last"];
const TABLE_ROW = ["length", "index", "index0", "col", "col0", "rindex", "rindex0", "first", "last", "col_first", "col_last"];

/** Where in a row of a table an item stands. */
export interface Column {
  /** From 0. */
  readonly index: number;
  readonly isLast: boolean;
}

/** `forloop`, and `tablerowloop` where there are columns. */
export class LoopState extends Keyed {
  constructor(
    private readonly index: number,
    private readonly length: number,
    private readonly name: string,
    private readonly column: Column | null,
  ) {
    super();
  }

  private get names(): readonly string[] {
    return this.column === null ? LOOP : TABLE_ROW;
  }

  get count(): number {
    return this.names.length;
  }

  has(key: string): boolean {
    return this.names.includes(key);
  }

  get(key: string): unknown {
    switch (this.has(key) ? key : "") {
      case "name":
        return this.name;
      case "length":
        return this.length;
      case "index":
        return this.index + 1;
      case "index0":
        return this.index;
      case "rindex":
        return this.length - this.index;
      case "rindex0":
        return this.length - this.index - 1;
      case "first":
        return this.index === 0;
      case "last":
        return this.index === this.length - 1;
      case "col":
        return this.column!.index + 1;
      case "col0":
        return this.column!.index;
      case "col_first":
        return this.column!.index === 0;
      case "col_last":
        return this.column!.isLast;
      default:
        return null;
    }
  }

  *pairs(): Iterable<Pair> {
    for (const name of this.names) yield new Pair(name, this.get(name), true);
  }
}
