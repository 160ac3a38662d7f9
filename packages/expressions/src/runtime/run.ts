import { LimitError } from "./exceptions.js";

/** Bounds of one evaluation. */
export interface Limits {
  /** Loop turns, calls and enumerated elements. */
  readonly steps: number;
  /** Characters, bytes and collection elements allocated, together. */
  readonly memory: number;
  /** Nested calls of lambdas and local functions. */
  readonly depth: number;
  /** Wall time in milliseconds. */
  readonly time: number;
  /** Wall time of one regular expression match, in milliseconds. */
  readonly regexTime: number;
}

export const defaultLimits: Limits = { steps: 5_000_000, memory: 64_000_000, depth: 500, time: 2_000, regexTime: 250 };

/** What an evaluation needs from outside: nothing else is reachable. */
export interface Host {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Cryptographically strong random bytes. */
  randomBytes(length: number): Uint8Array;
  /** A monotonic clock in milliseconds, for the time limit only. */
  elapsed(): number;
}

const STEPS_BETWEEN_LOOKS = 4096;

/** One evaluation under way: the meters that compiled code and type implementations charge. */
export class Run {
  private stepsLeft: number;
  private untilLook = STEPS_BETWEEN_LOOKS;
  private memoryLeft: number;
  private depthLeft: number;
  private readonly deadline: number;

  constructor(
    readonly host: Host,
    readonly limits: Limits,
  ) {
    this.stepsLeft = limits.steps;
    this.memoryLeft = limits.memory;
    this.depthLeft = limits.depth;
    this.deadline = host.elapsed() + limits.time;
  }

  /** Charges one step: a loop turn, a call, an element enumerated. */
  step(): void {
    if (--this.untilLook <= 0) this.look(STEPS_BETWEEN_LOOKS);
  }

  /** Charges many steps at once, for an implementation that does much in one call. */
  steps(count: number): void {
    this.untilLook -= count;
    if (this.untilLook <= 0) this.look(STEPS_BETWEEN_LOOKS);
  }

  /** Charges characters, bytes or elements, before they are allocated wherever the amount is not bounded by the input. */
  allocate(count: number): void {
    this.memoryLeft -= count;
    if (this.memoryLeft < 0)
      throw new LimitError("memory", `The expression used more than ${this.limits.memory} characters and elements.`);
  }

  /** Enters a lambda or local function. */
  enter(): void {
    if (--this.depthLeft < 0)
      throw new LimitError("depth", `The expression's calls are nested more than ${this.limits.depth} deep.`);
    this.step();
  }

  leave(): void {
    this.depthLeft++;
  }

  private look(next: number): void {
    this.stepsLeft -= STEPS_BETWEEN_LOOKS - this.untilLook;
    this.untilLook = next;
    if (this.stepsLeft < 0) throw new LimitError("steps", `The expression took more than ${this.limits.steps} steps.`);
    if (this.host.elapsed() > this.deadline)
      throw new LimitError("time", `The expression ran longer than ${this.limits.time} ms.`);
  }
}
