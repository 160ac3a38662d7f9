import { LimitError } from "../../runtime/exceptions.js";
import type { Run } from "../../runtime/run.js";
import { Weight } from "../../runtime/weights.js";
import { findText } from "../text/find.js";
import { isAsciiWord, isBoundaryWord, lowerCode } from "./char-set.js";
import { anchors, Op, type RegexProgram } from "./program.js";

/** One capture of a group: where it is, and the one before it in the same group. */
export interface CaptureLink {
  readonly start: number;
  readonly end: number;
  readonly previous: CaptureLink | null;
}

/** What a search found: the last capture of each group (by slot) and where the next search goes on. */
export interface Found {
  readonly captures: readonly (CaptureLink | null)[];
  readonly position: number;
}

/** The stacks of a search, in use again by later searches with the same pattern. */
interface Scratch {
  readonly registers: Int32Array;
  /** Ways back: see CHOICE. */
  readonly choices: Int32Array;
  /** Register changes to be undone on the way back: register, old value. */
  readonly trail: Int32Array;
  /** Captures: start, end, index of the previous one of the group. */
  readonly pool: Int32Array;
}

function newScratch(program: RegexProgram): Scratch {
  return {
    registers: new Int32Array(program.registers),
    choices: new Int32Array(64),
    trail: new Int32Array(64),
    pool: new Int32Array(48),
  };
}

const spare = new WeakMap<RegexProgram, Scratch>();
const LARGEST_SPARE = 4096;

const NOTHING: readonly null[] = [];
const STEPS_BETWEEN_LOOKS = 2048;
/** Characters that are gone over between two charges. */
const STRETCH = 4096;
/** Integers per way back: code address, position, height of the trail, limit of a run. */
const CHOICE = 4;

/**
 * A backtracking matcher in the manner of .NET's interpreter: explicit stacks instead of recursion, every instruction and every
 * character that a run takes charged as steps, so that no pattern can hold the process. One matcher serves one search.
 */
export class Matcher {
  private readonly code: Int32Array;
  private readonly registers: Int32Array;
  private choices: Int32Array;
  private choiceTop = 0;
  private trail: Int32Array;
  private trailTop = 0;
  private pool: Int32Array;
  private poolTop = 0;
  private budget = STEPS_BETWEEN_LOOKS;
  /** Set at the first look at the clock, which short searches never reach. */
  private deadline = 0;

  constructor(
    private readonly program: RegexProgram,
    private readonly text: string,
    private readonly begin: number,
    private readonly end: number,
    private readonly run: Run,
  ) {
    this.code = program.code;
    const scratch = spare.get(program) ?? newScratch(program);
    spare.delete(program);
    this.registers = scratch.registers;
    this.choices = scratch.choices;
    this.trail = scratch.trail;
    this.pool = scratch.pool;
  }

  /** Gives the stacks back for the next search with the same pattern, unless they have grown large. The matcher is not used again. */
  release(): void {
    if (this.choices.length + this.trail.length + this.pool.length <= LARGEST_SPARE)
      spare.set(this.program, { registers: this.registers, choices: this.choices, trail: this.trail, pool: this.pool });
  }

  /**
   * Searches from `start` on. `bump` skips the first place, as a search behind an empty match must, while `\G` still means `start`.
   * Without `keeps` what groups captured is left out.
   */
  search(start: number, bump: boolean, keeps = true): Found | null {
    const { program, begin, end } = this;
    const step = program.rightToLeft ? -1 : 1;
    const stop = program.rightToLeft ? begin : end;
    let position = start;
    if (bump) {
      if (start === stop) return null;
      position += step;
    }
    if (program.anchored === "start") return position === begin ? this.attempt(position, start, keeps) : null;
    if (program.anchored === "search-start") return position === start ? this.attempt(position, start, keeps) : null;
    for (; ; position += step) {
      position = this.candidate(position);
      if (position < 0) return null;
      const found = this.attempt(position, start, keeps);
      if (found !== null) return found;
      if (position === stop) return null;
    }
  }

  /** The next place where a match may begin; -1 if there is none. */
  private candidate(from: number): number {
    const { text, end } = this;
    const { prefix, first } = this.program;
    if (prefix !== "") {
      const at = findText(text, prefix, from);
      this.spend(((at < 0 ? end : at) - from) >> 4);
      return at < 0 || at + prefix.length > end ? -1 : at;
    }
    if (first === null) return from;
    for (let at = from; at < end; ) {
      const start = at;
      const stop = Math.min(end, at + STRETCH);
      while (at < stop && !first.has(text.charCodeAt(at))) at++;
      this.spend((at - start) >> 2);
      if (at < stop) return at;
    }
    return -1;
  }

  private spend(steps: number): void {
    this.budget -= steps;
    if (this.budget < 0) this.look();
  }

  private look(): void {
    this.run.steps(STEPS_BETWEEN_LOOKS - this.budget);
    this.budget = STEPS_BETWEEN_LOOKS;
    const now = this.run.host.elapsed();
    if (this.deadline === 0) this.deadline = now + this.run.limits.regexTime;
    else if (now > this.deadline)
      throw new LimitError("regex", `A regular expression took longer than ${this.run.limits.regexTime} ms.`);
  }

  private grow(array: Int32Array): Int32Array<ArrayBuffer> {
    this.run.allocate(array.length * 4);
    const larger = new Int32Array(array.length * 2);
    larger.set(array);
    return larger;
  }

  private pushChoice(address: number, position: number, limit: number): void {
    if (this.choiceTop + CHOICE > this.choices.length) this.choices = this.grow(this.choices);
    const { choices, choiceTop } = this;
    choices[choiceTop] = address;
    choices[choiceTop + 1] = position;
    choices[choiceTop + 2] = this.trailTop;
    choices[choiceTop + 3] = limit;
    this.choiceTop = choiceTop + CHOICE;
  }

  private setRegister(register: number, value: number): void {
    if (this.choiceTop > 0) {
      if (this.trailTop + 2 > this.trail.length) this.trail = this.grow(this.trail);
      this.trail[this.trailTop] = register;
      this.trail[this.trailTop + 1] = this.registers[register]!;
      this.trailTop += 2;
    }
    this.registers[register] = value;
  }

  private undoTo(height: number): void {
    const { registers, trail } = this;
    const groups = this.program.groups.numbers.length;
    while (this.trailTop > height) {
      this.trailTop -= 2;
      const register = trail[this.trailTop]!;
      const old = trail[this.trailTop + 1]!;
      // A group's register grows with each capture: what was added since is free again.
      if (register < groups && registers[register]! > old) this.poolTop = registers[register]!;
      registers[register] = old;
    }
  }

  private pushCapture(slot: number, a: number, b: number): void {
    if (this.poolTop + 3 > this.pool.length) this.pool = this.grow(this.pool);
    const at = this.poolTop;
    this.pool[at] = Math.min(a, b);
    this.pool[at + 1] = Math.max(a, b);
    this.pool[at + 2] = this.registers[slot]!;
    this.poolTop = at + 3;
    this.setRegister(slot, at);
  }

  /** Tries to match at one place. */
  private attempt(start: number, searchStart: number, keeps: boolean): Found | null {
    const { registers } = this;
    registers.fill(-1);
    if (registers.length > 64) this.spend(registers.length >> 4);
    this.choiceTop = 0;
    this.trailTop = 0;
    this.poolTop = 0;
    const position = this.execute(start, searchStart);
    if (position < 0) return null;
    if (!keeps) return { captures: NOTHING, position };
    const captures: (CaptureLink | null)[] = [];
    for (let slot = 0; slot < this.program.groups.numbers.length; slot++) captures.push(this.link(registers[slot]!));
    return { captures, position };
  }

  private link(at: number): CaptureLink | null {
    if (at < 0) return null;
    if (this.pool[at + 2]! < 0) return { start: this.pool[at]!, end: this.pool[at + 1]!, previous: null };
    const chain: number[] = [];
    for (let i = at; i >= 0; i = this.pool[i + 2]!) chain.push(i);
    this.run.allocate(chain.length * Weight.object);
    let link: CaptureLink | null = null;
    for (const i of chain.reverse()) link = { start: this.pool[i]!, end: this.pool[i + 1]!, previous: link };
    return link;
  }

  /** Runs the code; the position behind the match, or -1. */
  private execute(start: number, searchStart: number): number {
    const { code, text, begin, end, registers } = this;
    const { sets } = this.program;
    let pc = 0;
    let position = start;
    // Characters that a lazy run may still take; set on the way back to its `runMore`.
    let limit = 0;
    for (;;) {
      if (--this.budget < 0) this.look();
      let ok = true;
      switch (code[pc]) {
        case Op.match:
          return position;
        case Op.char:
          ok = position < end && text.charCodeAt(position) === code[pc + 1];
          position++;
          pc += 2;
          break;
        case Op.charBack:
          ok = position > begin && text.charCodeAt(position - 1) === code[pc + 1];
          position--;
          pc += 2;
          break;
        case Op.charFold:
          ok = position < end && lowerCode(text.charCodeAt(position)) === code[pc + 1];
          position++;
          pc += 2;
          break;
        case Op.charFoldBack:
          ok = position > begin && lowerCode(text.charCodeAt(position - 1)) === code[pc + 1];
          position--;
          pc += 2;
          break;
        case Op.set:
          ok = position < end && sets[code[pc + 1]!]!.has(text.charCodeAt(position));
          position++;
          pc += 2;
          break;
        case Op.setBack:
          ok = position > begin && sets[code[pc + 1]!]!.has(text.charCodeAt(position - 1));
          position--;
          pc += 2;
          break;
        case Op.reference:
        case Op.referenceBack: {
          const at = registers[code[pc + 1]!]!;
          if (at < 0) ok = code[pc + 3] === 1;
          else {
            const next = this.refer(at, position, code[pc] === Op.referenceBack, code[pc + 2] === 1);
            if (next < 0) ok = false;
            else position = next;
          }
          pc += 4;
          break;
        }
        case Op.anchor:
          ok = this.holds(code[pc + 1]!, position, searchStart);
          pc += 2;
          break;
        case Op.jump:
          pc = code[pc + 1]!;
          break;
        case Op.alternative:
          this.pushChoice(code[pc + 1]!, position, -1);
          pc += 2;
          break;
        case Op.savePosition:
          this.setRegister(code[pc + 1]!, position);
          pc += 2;
          break;
        case Op.restorePosition:
          position = registers[code[pc + 1]!]!;
          pc += 2;
          break;
        case Op.capture:
          this.pushCapture(code[pc + 1]!, registers[code[pc + 2]!]!, position);
          pc += 3;
          break;
        case Op.balance:
          ok = this.balance(code[pc + 1]!, code[pc + 2]!, registers[code[pc + 3]!]!, position);
          pc += 4;
          break;
        case Op.loopStart:
          this.setRegister(code[pc + 1]!, -1);
          this.setRegister(code[pc + 2]!, 0);
          pc += 3;
          break;
        case Op.loop:
        case Op.loopLazy: {
          const count = registers[code[pc + 2]!]!;
          if (count < code[pc + 3]!) pc += 6;
          else if (count >= code[pc + 4]! || position === registers[code[pc + 1]!]) pc = code[pc + 5]!;
          else if (code[pc] === Op.loop) {
            this.pushChoice(code[pc + 5]!, position, -1);
            pc += 6;
          } else {
            this.pushChoice(pc + 6, position, -1);
            pc = code[pc + 5]!;
          }
          break;
        }
        case Op.loopStep:
          this.setRegister(code[pc + 1]!, position);
          this.setRegister(code[pc + 2]!, registers[code[pc + 2]!]! + 1);
          pc += 3;
          break;
        case Op.run:
        case Op.runAtomic: {
          const least = code[pc + 2]!;
          const backward = code[pc + 4] === 1;
          const reached = this.take(code[pc + 1]!, position, code[pc + 3]!, backward);
          const taken = backward ? position - reached : reached - position;
          if (taken < least) ok = false;
          else {
            const giveBackTo = backward ? position - least : position + least;
            position = reached;
            if (taken > least && code[pc] === Op.run) this.pushChoice(pc + 5, reached, giveBackTo);
          }
          pc += 5;
          break;
        }
        case Op.runLazy: {
          const least = code[pc + 2]!;
          const backward = code[pc + 4] === 1;
          const reached = this.take(code[pc + 1]!, position, least, backward);
          if (Math.abs(reached - position) < least) ok = false;
          else {
            position = reached;
            if (code[pc + 3]! > least) this.pushChoice(pc + 5, position, code[pc + 3]! - least);
          }
          pc += 8;
          break;
        }
        case Op.runMore: {
          const reached = this.take(code[pc + 1]!, position, 1, code[pc + 2] === 1);
          if (reached === position) ok = false;
          else {
            position = reached;
            if (limit > 1) this.pushChoice(pc, position, limit - 1);
          }
          pc += 3;
          break;
        }
        case Op.mark:
          this.setRegister(code[pc + 1]!, this.choiceTop);
          pc += 2;
          break;
        case Op.cut:
          this.choiceTop = registers[code[pc + 1]!]!;
          pc += 2;
          break;
        case Op.cutFail:
          this.choiceTop = registers[code[pc + 1]!]!;
          ok = false;
          break;
        case Op.ifCaptured:
          pc = registers[code[pc + 1]!]! >= 0 ? pc + 3 : code[pc + 2]!;
          break;
        default:
          throw new Error("The matcher met code that it does not know.");
      }
      if (ok) continue;

      if (this.choiceTop === 0) return -1;
      const top = this.choiceTop - CHOICE;
      const { choices } = this;
      pc = choices[top]!;
      position = choices[top + 1]!;
      limit = choices[top + 3]!;
      this.undoTo(choices[top + 2]!);
      if (limit >= 0 && code[pc] !== Op.runMore) {
        // A greedy run gives one character back; `limit` is the last place that it may give back to.
        position += limit < position ? -1 : 1;
        if (position === limit) this.choiceTop = top;
        else choices[top + 1] = position;
      } else this.choiceTop = top;
    }
  }

  /** Takes up to `most` characters of a set; the position reached. */
  private take(set: number, from: number, most: number, backward: boolean): number {
    const { text } = this;
    const chars = this.program.sets[set]!;
    let at = from;
    if (backward) {
      const stop = Math.max(this.begin, from - most);
      for (let isOn = true; isOn && at > stop; ) {
        const start = at;
        const pause = Math.max(stop, at - STRETCH);
        while (at > pause && chars.has(text.charCodeAt(at - 1))) at--;
        this.spend((start - at) >> 2);
        isOn = at === pause;
      }
    } else {
      const stop = Math.min(this.end, from + most);
      for (let isOn = true; isOn && at < stop; ) {
        const start = at;
        const pause = Math.min(stop, at + STRETCH);
        while (at < pause && chars.has(text.charCodeAt(at))) at++;
        this.spend((at - start) >> 2);
        isOn = at === pause;
      }
    }
    return at;
  }

  private refer(capture: number, position: number, backward: boolean, ignoreCase: boolean): number {
    const { text, pool } = this;
    const from = pool[capture]!;
    const length = pool[capture + 1]! - from;
    this.spend(length >> 2);
    const start = backward ? position - length : position;
    if (start < this.begin || start + length > this.end) return -1;
    for (let i = 0; i < length; i++) {
      const a = text.charCodeAt(from + i);
      const b = text.charCodeAt(start + i);
      if (a !== b && !(ignoreCase && lowerCode(a) === lowerCode(b))) return -1;
    }
    return backward ? start : start + length;
  }

  /** `(?<slot-release>…)`: takes back the last capture of `release`; `slot` captures what lies between that and the group's own text. */
  private balance(slot: number, release: number, from: number, to: number): boolean {
    const at = this.registers[release]!;
    if (at < 0) return false;
    let start = Math.min(from, to);
    let end = Math.max(from, to);
    const otherStart = this.pool[at]!;
    const otherEnd = this.pool[at + 1]!;
    this.setRegister(release, this.pool[at + 2]!);
    if (slot < 0) return true;
    if (start >= otherEnd) {
      end = start;
      start = otherEnd;
    } else if (end <= otherStart) start = otherStart;
    else {
      if (end > otherEnd) end = otherEnd;
      if (otherStart > start) start = otherStart;
    }
    this.pushCapture(slot, start, end);
    return true;
  }

  private holds(anchor: number, position: number, searchStart: number): boolean {
    const { text, begin, end } = this;
    switch (anchors[anchor]) {
      case "line-start":
        return position === begin || text.charCodeAt(position - 1) === 10;
      case "start":
        return position === begin;
      case "line-end":
        return position === end || text.charCodeAt(position) === 10;
      case "end-or-newline":
        return position === end || (position === end - 1 && text.charCodeAt(position) === 10);
      case "end":
        return position === end;
      case "search-start":
        return position === searchStart;
      case "word":
        return this.isBoundary(position, isBoundaryWord);
      case "not-word":
        return !this.isBoundary(position, isBoundaryWord);
      case "ascii-word":
        return this.isBoundary(position, isAsciiWord);
      default:
        return !this.isBoundary(position, isAsciiWord);
    }
  }

  private isBoundary(position: number, isWord: (code: number) => boolean): boolean {
    const before = position > this.begin && isWord(this.text.charCodeAt(position - 1));
    const after = position < this.end && isWord(this.text.charCodeAt(position));
    return before !== after;
  }
}
