import { NetException } from "@turnpike/expressions";
import {
  Boxed,
  baseValueOf,
  CULTURE,
  compare,
  Decimal,
  endsWith,
  equal,
  findText,
  raise,
  startsWith,
} from "@turnpike/expressions/values";
import { changeType, nameOfType, typeOfValue } from "./numbers.js";
import type { Rendering } from "./rendering.js";
import { countOf, EMPTY, isEnumerable, itemsOf, Keyed, listOf } from "./values.js";

// What the work on long texts costs beside a step of the template.
const COMPARED_PER_STEP = 4;
const SEARCHED_PER_STEP = 16;
const STEPS_PER_ELEMENT = 32;
/** Characters without weight that a text may hold beyond those that are compared. */
const WEIGHTLESS = 1_000;

/** `StartsWith` by culture, which looks at no more of the text than it must. */
function beginsWith(text: string, value: string): boolean {
  return startsWith(text.slice(0, value.length * 3 + WEIGHTLESS), value, CULTURE);
}

function closesWith(text: string, value: string): boolean {
  return endsWith(text.slice(Math.max(0, text.length - value.length * 3 - WEIGHTLESS)), value, CULTURE);
}

/** A comparison of two values. */
export type Operator = (left: unknown, right: unknown, r: Rendering) => boolean;

/** `==`: of different types the right side is converted to the left's type, or else the left to the right's. */
export function equals(left: unknown, right: unknown, r: Rendering): boolean {
  if (left === EMPTY) return isEmpty(right);
  if (right === EMPTY) return isEmpty(left);
  const [a, b] = [typeOfValue(left), typeOfValue(right)];
  if (a === null || b === null || a === b) return equal(left, right);
  const converted = tryChange(right, left, r);
  if (converted !== undefined) return equal(left, converted);
  const other = tryChange(left, right, r);
  return other !== undefined && equal(other, right);
}

function isEmpty(value: unknown): boolean {
  return isEnumerable(value) && countOf(value) === 0;
}

function tryChange(value: unknown, like: unknown, r: Rendering): unknown {
  try {
    return changeType(r.site, value, typeOfValue(like)!);
  } catch (error) {
    if (error instanceof NetException) return undefined;
    throw error;
  }
}

/** `<` and its kin: never where a side is nothing; the right side is converted to the left's type, or fails. */
const ordered =
  (holds: (order: number) => boolean): Operator =>
  (left, right, r) => {
    if (left === null || right === null) return false;
    const type = typeOfValue(left);
    if (type === null) throw raise.invalidCast(nameOfType(right), nameOfType(left));
    if (typeof left === "string" && typeof right === "string")
      r.run.steps(Math.min(left.length, right.length) / COMPARED_PER_STEP);
    return holds(compare(left, changeType(r.site, right, type)));
  };

function contains(left: unknown, right: unknown, r: Rendering): boolean {
  const list = listOf(left);
  if (list !== null) {
    for (const item of itemsOf(left, r)) if (sameValue(item, right)) return true;
    return false;
  }
  if (typeof left !== "string") return false;
  r.run.steps(left.length / SEARCHED_PER_STEP);
  return findText(left, textOf(right)) >= 0;
}

/** Numbers are the same whatever their types. */
function sameValue(a: unknown, b: unknown): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  return x !== null && y !== null ? Decimal.compare(x, y) === 0 : equal(a, b);
}

function numberOf(value: unknown): Decimal | null {
  if (value instanceof Decimal) return value;
  if (typeof value === "number") return Decimal.fromInteger(value);
  if (!(value instanceof Boxed)) return null;
  const type = baseValueOf(value)?.type;
  if (type === "Char" || value.type.kind === "enum") return null;
  if (typeof value.value === "bigint") return Decimal.fromInteger(value.value);
  return Math.abs(value.value) < 7e28 ? Decimal.fromDouble(value.value) : null;
}

/** The right side as text; anything else fails. */
function textOf(right: unknown): string {
  if (typeof right === "string") return right;
  if (right === null) throw raise.argumentNull("value");
  throw raise.invalidCast(nameOfType(right), "System.String");
}

/** On text by culture, on a list its first or last item. */
const atEnd =
  (of: (list: readonly unknown[]) => unknown, test: (text: string, value: string) => boolean): Operator =>
  (left, right, r) => {
    const list = listOf(left);
    if (list !== null) return equals(of(list.filter((item) => item !== null)) ?? null, right, r);
    if (typeof left !== "string") return false;
    const value = textOf(right);
    r.run.steps(value.length * STEPS_PER_ELEMENT);
    return test(left, value);
  };

function hasKey(left: unknown, right: unknown): boolean {
  if (!(left instanceof Keyed)) return false;
  if (right === null) throw raise.argumentNull("key");
  return typeof right === "string" && left.has(right);
}

function hasValue(left: unknown, right: unknown, r: Rendering): boolean {
  if (!(left instanceof Keyed)) return false;
  for (const { value } of left.pairs()) {
    r.run.step();
    if (equal(value ?? null, right)) return true;
  }
  return false;
}

const symbols: readonly (readonly [string, Operator])[] = [
  ["==", equals],
  ["!=", (left, right, r) => !equals(left, right, r)],
  ["<>", (left, right, r) => !equals(left, right, r)],
  ["<", ordered((order) => order < 0)],
  [">", ordered((order) => order > 0)],
  ["<=", ordered((order) => order <= 0)],
  [">=", ordered((order) => order >= 0)],
];

const words: readonly (readonly [string, Operator])[] = [
  ["contains", contains],
  ["startsWith", atEnd((list) => list[0], beginsWith)],
  ["endsWith", atEnd((list) => list.at(-1), closesWith)],
  ["hasKey", hasKey],
  ["hasValue", hasValue],
];

/** By name; words also with a capital first letter, and all in lower case. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ...symbols,
  ...words.flatMap(([name, operator]) =>
    [name, name[0]!.toUpperCase() + name.slice(1), name.toLowerCase()].map((spelling) => [spelling, operator] as const),
  ),
]);

/** The names to propose for one that does not exist. */
export const operatorNames: readonly string[] = [...symbols, ...words].map(([name]) => name);
