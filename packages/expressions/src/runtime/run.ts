import { currentRun, type Meters, setCurrentRun } from "./current.js";
import { LimitError } from "./exceptions.js";
import type { Identity } from "./identity.js";

/** Bounds of one evaluation. */
export interface Limits {
  /** Loop turns, calls and enumerated elements. */
  readonly steps: number;
  /** What is allocated, in characters (two bytes each): texts by their length, all else by what it takes (`runtime/weights.ts`). */
  readonly memory: number;
  /** Nested calls of lambdas and local functions. */
  readonly depth: number;
  /** Wall time in milliseconds. */
  readonly time: number;
  /** Wall time of one regular expression match, in milliseconds. */
  readonly regexTime: number;
  /**
   * Work that goes into taking bodies and other texts apart, in units of about a quarter of a microsecond: one for a value, member, escape or form
   * field, two for a tag or an attribute, one for 64 characters of text (`runtime/text-work.ts`).
   */
  readonly bodyWork: number;
}

/** The limits of an evaluation where its host sets no others. */
export const defaultLimits: Limits = {
  steps: 5_000_000,
  memory: 32_000_000,
  depth: 250,
  time: 2_000,
  regexTime: 250,
  bodyWork: 150_000,
};

/** What an evaluation needs from outside: nothing else is reachable. */
export interface Host {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Cryptographically strong random bytes. */
  randomBytes(length: number): Uint8Array;
  /** A monotonic clock in milliseconds, for the time limit only. */
  elapsed(): number;
}

/** The process's own clock and randomness. */
export const systemHost: Host = {
  now: () => Date.now(),
  randomBytes: (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    return bytes;
  },
  elapsed: () => performance.now(),
};

/** Who is told, while an expression runs, what its conditions depend on. */
export interface OperandWatcher {
  /** @param value in object form */
  saw(operand: number, value: unknown): void;
}

/** Steps between two looks at the clock. The clock starts at the first look: short evaluations never read it. */
const STEPS_BETWEEN_LOOKS = 512;
/** Characters and elements allocated between two looks: what allocates much takes time as well. */
const MEMORY_BETWEEN_LOOKS = 65_536;

/** One evaluation under way: the meters that compiled code and type implementations charge. */
export class Run implements Meters {
  /** Steps until the next look; what is left beyond that is in `stepsBanked`. */
  private stepsNear: number;
  private stepsBanked: number;
  private memoryLeft: number;
  /** Below this much memory left it is time for a look. */
  private memoryLook: number;
  private depthLeft: number;
  private bodyWorkUsed = 0;
  /** In whole milliseconds, which the engine keeps in the object itself; -1 until the first look. */
  private deadline = -1;
  /** Which object the value computed last is; kept by programs that compare references only. */
  identity: Identity = undefined;
  /** The same of the arguments of the delegate that is about to be called. */
  argumentIdentities: readonly Identity[] | null = null;

  /** How often each branch was taken, by its number; null where nobody wants to know. */
  branches: number[] | null = null;
  /** Who is told what conditions depend on; only in the form that tells of its operands. */
  watcher: OperandWatcher | null = null;

  /** Between {@link begin} and {@link end}: it may then become the run under way (`runtime/current.ts`). */
  private isUnderWay = false;
  /** The run whose place this one took; undefined if it took none. */
  private outer: Meters | null | undefined = undefined;

  constructor(
    readonly host: Host,
    readonly limits: Limits,
  ) {
    const steps = limits.steps;
    this.stepsNear = Math.min(steps, STEPS_BETWEEN_LOOKS);
    this.stepsBanked = steps - this.stepsNear;
    this.memoryLeft = limits.memory;
    this.memoryLook = Math.max(limits.memory - MEMORY_BETWEEN_LOOKS, 0);
    this.depthLeft = limits.depth;
  }

  /** An evaluation begins: what works far from its call sites may charge this run from its first look at the clock on. */
  begin(): void {
    this.isUnderWay = true;
  }

  /** The evaluation is over, however it ended. */
  end(): void {
    this.isUnderWay = false;
    if (this.outer !== undefined) this.giveBack(this.outer);
  }

  private giveBack(outer: Meters | null): void {
    setCurrentRun(outer);
    this.outer = undefined;
  }

  /** Notes that a branch is taken. Called by programs that were compiled to count. */
  took(branch: number): void {
    if (this.branches !== null) this.branches[branch] = (this.branches[branch] ?? 0) + 1;
  }

  /** Charges one step: a loop turn, a call, an element enumerated. */
  step(): void {
    if (--this.stepsNear < 0) this.look();
  }

  /** Charges many steps at once, for an implementation that does much in one call. */
  steps(count: number): void {
    this.stepsNear -= count;
    if (!(this.stepsNear >= 0)) this.look();
  }

  /** Charges characters, or what else by its weight, before it is allocated wherever the amount is not bounded by the input. */
  allocate(count: number): void {
    this.memoryLeft -= count;
    if (!(this.memoryLeft >= this.memoryLook)) this.lookAtMemory();
  }

  /** What is left of the work on texts and bodies, in units. */
  get bodyWorkLeft(): number {
    return this.limits.bodyWork - this.bodyWorkUsed;
  }

  /** Charges for a text or body that is about to be taken apart: as much as is left at most. */
  chargeBodyWork(units: number): void {
    this.bodyWorkUsed += units;
  }

  /** Enters a lambda or local function. */
  enter(): void {
    if (--this.depthLeft < 0) this.tooDeep();
    if (--this.stepsNear < 0) this.look();
  }

  leave(): void {
    this.depthLeft++;
  }

  /** The depth as it stands: what a `catch` gives back to {@link restoreDepth}, as calls left by an exception do not `leave`. */
  get depthMark(): number {
    return this.depthLeft;
  }

  restoreDepth(mark: number): void {
    this.depthLeft = mark;
  }

  /** Steps charged so far. */
  get stepsUsed(): number {
    return this.limits.steps - this.stepsNear - this.stepsBanked;
  }

  /** Characters, bytes and elements charged so far. */
  get memoryUsed(): number {
    return this.limits.memory - this.memoryLeft;
  }

  private look(): void {
    const left = this.stepsNear + this.stepsBanked;
    if (!(left >= 0)) throw new LimitError("steps", `The expression took more than ${this.limits.steps} steps.`);
    this.checkTime();
    this.stepsNear = Math.min(left, STEPS_BETWEEN_LOOKS);
    this.stepsBanked = left - this.stepsNear;
  }

  private lookAtMemory(): void {
    if (!(this.memoryLeft >= 0))
      throw new LimitError("memory", `The expression used more memory than ${this.limits.memory} characters take.`);
    this.memoryLook = Math.max(this.memoryLeft - MEMORY_BETWEEN_LOOKS, 0);
    this.checkTime();
  }

  /** Looks at the clock, which charging does now and then by itself. Throws LimitError when the time is up. */
  checkTime(): void {
    if (this.isUnderWay && this.outer === undefined) {
      this.outer = currentRun();
      setCurrentRun(this);
    }
    const now = this.host.elapsed();
    if (this.deadline < 0) this.deadline = Math.ceil(now + this.limits.time);
    else if (now > this.deadline) throw new LimitError("time", `The expression ran longer than ${this.limits.time} ms.`);
  }

  private tooDeep(): never {
    throw new LimitError("depth", `The expression's calls are nested more than ${this.limits.depth} deep.`);
  }
}
