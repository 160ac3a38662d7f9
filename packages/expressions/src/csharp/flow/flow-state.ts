/**
 * Which variables are definitely assigned at a point of the program, by their numbers. At a point that cannot be reached
 * every variable counts as assigned, as in the C# specification: such a state gives way to any other it is joined with.
 */
export class FlowState {
  private constructor(
    private words: Uint32Array,
    private reachable: boolean,
  ) {}

  static start(): FlowState {
    return new FlowState(new Uint32Array(2), true);
  }

  static unreachable(): FlowState {
    return new FlowState(new Uint32Array(0), false);
  }

  get isReachable(): boolean {
    return this.reachable;
  }

  copy(): FlowState {
    return new FlowState(this.words.slice(), this.reachable);
  }

  isAssigned(variable: number): boolean {
    return !this.reachable || ((this.words[variable >> 5] ?? 0) & (1 << (variable & 31))) !== 0;
  }

  assign(variable: number): void {
    if (!this.reachable) return;
    const word = variable >> 5;
    if (word >= this.words.length) {
      const grown = new Uint32Array(word * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[word]! |= 1 << (variable & 31);
  }

  unassign(variable: number): void {
    const word = variable >> 5;
    if (word < this.words.length) this.words[word]! &= ~(1 << (variable & 31));
  }

  /** The state where control comes from here or from there. */
  join(other: FlowState): FlowState {
    if (!this.reachable) return other.copy();
    if (!other.reachable) return this.copy();
    const length = Math.min(this.words.length, other.words.length);
    const words = this.words.slice(0, Math.max(length, 1));
    for (let i = 0; i < length; i++) words[i]! &= other.words[i]!;
    return new FlowState(words, true);
  }

  /** This state, with what has been assigned on the way to another one in addition. */
  with(other: FlowState): FlowState {
    if (!this.reachable || !other.reachable) return FlowState.unreachable();
    const [long, short] = this.words.length >= other.words.length ? [this.words, other.words] : [other.words, this.words];
    const words = long.slice();
    for (let i = 0; i < short.length; i++) words[i]! |= short[i]!;
    return new FlowState(words, true);
  }

  /** The variables assigned here but not in another state. */
  assignedSince(other: FlowState): number[] {
    const found: number[] = [];
    if (!this.reachable) return found;
    for (let variable = 0; variable < this.words.length * 32; variable++) {
      if (this.isAssigned(variable) && !other.isAssigned(variable)) found.push(variable);
    }
    return found;
  }
}
