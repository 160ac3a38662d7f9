/** One way that an evaluation can take where ways part. */
export interface Branch {
  /** The operator and the side: `?: true`, `&& false` (the right operand was not reached), `loop none`, `switch "a"`. */
  readonly name: string;
  /** Where the operator or keyword stands in the source. */
  readonly start: number;
  readonly end: number;
}

/** The branches of one program, each with its number: what a counted form counts by. */
export class BranchSites {
  readonly list: Branch[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly source: string) {}

  /** The number of a branch. What was written once may be compiled several times. */
  number(operator: string, side: string, start: number, end = start + (operator === "?:" ? 1 : operator.length)): number {
    const key = `${start} ${operator} ${side}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.list.length;
    this.list.push({ name: `${operator} ${side}`, start, end });
    this.numbers.set(key, number);
    return number;
  }

  /** What is written somewhere. */
  text({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.source.slice(start, end).replace(/\s+/g, " ");
  }
}
