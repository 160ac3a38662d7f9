import { chargeStep } from "../../runtime/current.js";
import { type CharSet, lowerCode, singleSet } from "./char-set.js";
import type { Anchor, GroupTable, ParsedRegex, RegexNode } from "./syntax.js";

/** Instructions of the matcher; their operands follow in the code. Those with a backward form have it next to the forward one. */
export const Op = {
  /** Success. */
  match: 0,
  /** code */
  char: 1,
  charBack: 2,
  /** lower code */
  charFold: 3,
  charFoldBack: 4,
  /** set */
  set: 5,
  setBack: 6,
  /** group, ignore case, lenient */
  reference: 7,
  referenceBack: 8,
  /** anchor */
  anchor: 9,
  /** target */
  jump: 10,
  /** target: where to go on if what follows fails */
  alternative: 11,
  /** register */
  savePosition: 12,
  restorePosition: 13,
  /** group, register with the other end */
  capture: 14,
  /** group or -1, group to release, register with the other end */
  balance: 15,
  /** mark register, count register */
  loopStart: 16,
  /** mark, count, min, max, exit: greedy; goes on with the step that follows */
  loop: 17,
  /** the same, lazy */
  loopLazy: 18,
  /** mark, count: one more turn */
  loopStep: 19,
  /** set, min, max, backward: a loop over one character */
  run: 20,
  runLazy: 21,
  /** set, backward: one more character of a lazy run; only reached by going back */
  runMore: 22,
  /** register: remembers how many ways back there are */
  mark: 23,
  /** register: drops the ways back found since */
  cut: 24,
  /** register: drops them and fails */
  cutFail: 25,
  /** group, target if it has not captured */
  ifCaptured: 26,
  /** a loop over one character that never gives back: set, min, max, backward */
  runAtomic: 27,
} as const;

/** The anchors, by the numbers that programs have for them. */
export const anchors: readonly Anchor[] = [
  "line-start",
  "start",
  "line-end",
  "end-or-newline",
  "end",
  "search-start",
  "word",
  "not-word",
  "ascii-word",
  "not-ascii-word",
];

/** A compiled pattern: code for the matcher and what helps to find places where a match may begin. */
export interface RegexProgram {
  readonly code: Int32Array;
  readonly sets: readonly CharSet[];
  readonly registers: number;
  readonly groups: GroupTable;
  /** Index of a group number among `groups.numbers`. */
  readonly slots: ReadonlyMap<number, number>;
  readonly rightToLeft: boolean;
  /** The pattern begins with `^` or `\A` (or `\G`): there is one place to try. */
  readonly anchored: "start" | "search-start" | null;
  /** Every match begins with this text. Empty if not known. */
  readonly prefix: string;
  /** Every match begins with one of these. Null if not known. */
  readonly first: CharSet | null;
}

/** Makes the program that the matcher runs. */
export function compileRegex({ root, groups }: ParsedRegex, rightToLeft: boolean): RegexProgram {
  const compiler = new Compiler(groups);
  compiler.node({ kind: "group", body: root, capture: 0, release: -1 });
  compiler.code.push(Op.match);
  const lead = rightToLeft ? null : leadOf(root);
  return {
    code: Int32Array.from(compiler.code),
    sets: compiler.sets,
    registers: compiler.registers,
    groups,
    slots: compiler.slots,
    rightToLeft,
    anchored: lead?.kind === "anchor" && (lead.anchor === "start" || lead.anchor === "search-start") ? lead.anchor : null,
    prefix: rightToLeft ? "" : prefixOf(root),
    first: lead === null ? null : firstOf(lead),
  };
}

class Compiler {
  readonly code: number[] = [];
  readonly sets: CharSet[] = [];
  private readonly setIndices = new Map<CharSet, number>();
  readonly slots: Map<number, number>;
  registers: number;

  constructor(groups: GroupTable) {
    this.slots = new Map(groups.numbers.map((number, i) => [number, i]));
    this.registers = groups.numbers.length;
  }

  private emit(...words: readonly number[]): number {
    const at = this.code.length;
    for (const word of words) this.code.push(word);
    return at;
  }

  /** Fills in a target that was not known when its instruction was written: the present end of the code. */
  private patch(at: number): void {
    this.code[at] = this.code.length;
  }

  private setIndex(set: CharSet): number {
    const known = this.setIndices.get(set);
    if (known !== undefined) return known;
    this.setIndices.set(set, this.sets.length);
    return this.sets.push(set) - 1;
  }

  node(node: RegexNode): void {
    chargeStep();
    switch (node.kind) {
      case "empty":
        return;
      case "char":
        return this.char(node);
      case "set":
        this.emit(node.backward ? Op.setBack : Op.set, this.setIndex(node.set));
        return;
      case "anchor":
        this.emit(Op.anchor, anchors.indexOf(node.anchor));
        return;
      case "backreference": {
        const op = node.backward ? Op.referenceBack : Op.reference;
        this.emit(op, this.slots.get(node.group)!, Number(node.ignoreCase), Number(node.lenient));
        return;
      }
      case "sequence": {
        const items = node.backward ? node.items.toReversed() : node.items;
        for (const item of items) this.node(item);
        return;
      }
      case "alternation":
        return this.alternation(node.branches);
      case "loop":
        return this.loop(node);
      case "group":
        return this.group(node);
      case "look":
        return this.look(node);
      case "atomic":
        return this.atomic(node.body);
      case "if-captured": {
        const test = this.emit(Op.ifCaptured, this.slots.get(node.group)!, 0);
        return this.eitherOr(node, test + 2);
      }
      case "if-matches":
        return this.conditional(node);
    }
  }

  private char({ code, ignoreCase, backward }: RegexNode & { kind: "char" }): void {
    const hasCase =
      ignoreCase && (lowerCode(code) !== code || String.fromCharCode(code).toUpperCase() !== String.fromCharCode(code));
    const op = hasCase ? (backward ? Op.charFoldBack : Op.charFold) : backward ? Op.charBack : Op.char;
    this.emit(op, code);
  }

  private alternation(branches: readonly RegexNode[]): void {
    const ends: number[] = [];
    branches.forEach((branch, i) => {
      if (i === branches.length - 1) return this.node(branch);
      const alternative = this.emit(Op.alternative, 0);
      this.node(branch);
      ends.push(this.emit(Op.jump, 0) + 1);
      this.patch(alternative + 1);
    });
    for (const end of ends) this.patch(end);
  }

  private loop({ body, min, max, lazy }: RegexNode & { kind: "loop" }): void {
    if (max === 0) return;
    const single = this.single(body);
    if (single !== null) {
      this.emit(lazy ? Op.runLazy : Op.run, single.set, min, max, single.backward);
      if (lazy) this.emit(Op.runMore, single.set, single.backward);
      return;
    }
    const mark = this.registers++;
    const count = this.registers++;
    this.emit(Op.loopStart, mark, count);
    const test = this.emit(lazy ? Op.loopLazy : Op.loop, mark, count, min, max, 0);
    this.emit(Op.loopStep, mark, count);
    this.node(body);
    this.emit(Op.jump, test);
    this.patch(test + 5);
  }

  private single(body: RegexNode): { readonly set: number; readonly backward: number } | null {
    if (body.kind === "set") return { set: this.setIndex(body.set), backward: Number(body.backward) };
    if (body.kind !== "char") return null;
    return { set: this.setIndex(singleSet(body.code, body.ignoreCase)), backward: Number(body.backward) };
  }

  private group({ body, capture, release }: RegexNode & { kind: "group" }): void {
    const register = this.registers++;
    this.emit(Op.savePosition, register);
    this.node(body);
    if (release < 0) this.emit(Op.capture, this.slots.get(capture)!, register);
    else this.emit(Op.balance, capture < 0 ? -1 : this.slots.get(capture)!, this.slots.get(release)!, register);
  }

  private atomic(body: RegexNode): void {
    if (body.kind === "loop" && !body.lazy && body.max > 0) {
      const single = this.single(body.body);
      if (single !== null) {
        this.emit(Op.runAtomic, single.set, body.min, body.max, single.backward);
        return;
      }
    }
    const register = this.registers++;
    this.emit(Op.mark, register);
    this.node(body);
    this.emit(Op.cut, register);
  }

  private look({ body, negative }: RegexNode & { kind: "look" }): void {
    const height = this.registers++;
    if (negative) {
      this.emit(Op.mark, height);
      const alternative = this.emit(Op.alternative, 0);
      this.node(body);
      this.emit(Op.cutFail, height);
      this.patch(alternative + 1);
      return;
    }
    const position = this.registers++;
    this.emit(Op.mark, height);
    this.emit(Op.savePosition, position);
    this.node(body);
    this.emit(Op.cut, height);
    this.emit(Op.restorePosition, position);
  }

  /** The condition is looked at without being consumed; once it holds there is no way back to the other branch. */
  private conditional(node: RegexNode & { kind: "if-matches" }): void {
    const height = this.registers++;
    const position = this.registers++;
    this.emit(Op.mark, height);
    this.emit(Op.savePosition, position);
    const alternative = this.emit(Op.alternative, 0);
    this.node(node.condition);
    this.emit(Op.cut, height);
    this.emit(Op.restorePosition, position);
    this.eitherOr(node, alternative + 1);
  }

  private eitherOr({ yes, no }: { readonly yes: RegexNode; readonly no: RegexNode }, target: number): void {
    this.node(yes);
    const end = this.emit(Op.jump, 0);
    this.patch(target);
    this.node(no);
    this.patch(end + 1);
  }
}

/** The node that a match must begin with; null where there are several or it may be left out. */
function leadOf(node: RegexNode): RegexNode | null {
  switch (node.kind) {
    case "sequence": {
      const first = node.items[0];
      return first === undefined || (first.kind === "loop" && first.min === 0) ? null : leadOf(first);
    }
    case "group":
      return node.release < 0 ? leadOf(node.body) : null;
    case "atomic":
      return leadOf(node.body);
    case "loop":
      return node.min > 0 ? leadOf(node.body) : null;
    case "char":
    case "set":
    case "anchor":
      return node;
    default:
      return null;
  }
}

function firstOf(lead: RegexNode): CharSet | null {
  if (lead.kind === "set") return lead.set;
  return lead.kind === "char" ? singleSet(lead.code, lead.ignoreCase) : null;
}

function prefixOf(node: RegexNode): string {
  const items = node.kind === "sequence" ? node.items : [node];
  let text = "";
  for (const item of items) {
    if (item.kind !== "char" || item.ignoreCase) break;
    text += String.fromCharCode(item.code);
  }
  return text;
}
