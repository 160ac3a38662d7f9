import { toText } from "../../object.js";
import { Regex } from "../../regex/regex.js";
import type { JToken } from "../token.js";
import { JTokenType } from "../token-type.js";
import { JValue } from "../value.js";
import { compareStored } from "../value-compare.js";
import { valueJson } from "../writer.js";
import type { Filter, PathRun, Query } from "./step.js";

/** One side of a comparison: a path from the token or the root, or a value. */
export type Side = { readonly path: readonly Filter[] } | { readonly value: JValue };

/** The comparisons of filters. */
export type Operator = "==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "=~";

/** Runs the steps of a path one after the other, lazily. */
export function follow(run: PathRun, filters: readonly Filter[], from: JToken): Iterable<JToken> {
  let current: Iterable<JToken> = [from];
  for (const filter of filters) current = filter(run, current);
  return current;
}

function results(run: PathRun, side: Side, token: JToken): Iterable<JToken> {
  return "value" in side ? [side.value] : follow({ ...run, errorWhenNoMatch: false }, side.path, token);
}

/** `@.a` alone: is there such a token? */
export const exists =
  (side: Side): Query =>
  (run, token) => {
    for (const _ of results(run, side, token)) return true;
    return false;
  };

/** `@.a < 5`: does it hold for any pair of what the two sides give? */
export const comparison =
  (left: Side, operator: Operator, right: Side): Query =>
  (run, token) => {
    let others: JToken[] | null = null;
    for (const a of results(run, left, token)) {
      others ??= [...results(run, right, token)];
      for (const b of others) {
        run.site.run.step();
        if (holds(run, a, operator, b)) return true;
      }
    }
    return false;
  };

/** A filter of conditions that must all hold. */
export const both =
  (all: readonly Query[]): Query =>
  (run, token) =>
    all.every((condition) => condition(run, token));

/** A filter of conditions of which one must hold. */
export const either =
  (all: readonly Query[]): Query =>
  (run, token) =>
    all.some((condition) => condition(run, token));

function holds(run: PathRun, a: JToken, operator: Operator, b: JToken): boolean {
  // Only values compare; anything else is different from everything.
  if (!(a instanceof JValue) || !(b instanceof JValue)) return operator === "!=";
  switch (operator) {
    case "==":
      return equals(a, b);
    case "!=":
      return !equals(a, b);
    case "===":
      return equalsStrictly(a, b);
    case "!==":
      return !equalsStrictly(a, b);
    case "=~":
      return matches(run, a, b);
    case "<":
      return a.compareTo(b)! < 0;
    case "<=":
      return a.compareTo(b)! <= 0;
    case ">":
      return a.compareTo(b)! > 0;
    case ">=":
      return a.compareTo(b)! >= 0;
  }
}

function areNumbers(a: JValue, b: JValue): boolean {
  const isInteger = (value: JValue) => value.type === JTokenType.Integer;
  const isFloat = (value: JValue) => value.type === JTokenType.Float;
  return (isInteger(a) && isFloat(b)) || (isFloat(a) && isInteger(b));
}

/** A text in the query also equals what is written like it: dates, GUIDs, addresses … */
function equals(a: JValue, b: JValue): boolean {
  if (a.equals(b)) return true;
  if (areNumbers(a, b)) return compareStored(a.type, a, b) === 0;
  if (b.type !== JTokenType.String) return false;
  switch (a.type) {
    case JTokenType.Date:
    case JTokenType.Bytes:
      return valueJson(a).slice(1, -1) === b.value;
    case JTokenType.Guid:
    case JTokenType.TimeSpan:
      return a.toText() === b.value;
    case JTokenType.Uri:
      return toText(a.value) === b.value;
    default:
      return false;
  }
}

function equalsStrictly(a: JValue, b: JValue): boolean {
  if (areNumbers(a, b)) return compareStored(a.type, a, b) === 0;
  return a.type === b.type && a.equals(b);
}

const OPTIONS: Readonly<Record<string, number>> = { i: 1, m: 2, x: 32, s: 16 };

/** `=~ /pattern/flags`, matched within the evaluation's limits. */
function matches(run: PathRun, input: JValue, pattern: JValue): boolean {
  if (input.type !== JTokenType.String || pattern.type !== JTokenType.String) return false;
  const source = pattern.value as string;
  const end = source.lastIndexOf("/");
  let options = 0;
  for (const flag of source.slice(end + 1)) options |= OPTIONS[flag] ?? 0;
  const regex = Regex.of(run.site.run, source.slice(1, Math.max(end, 1)), options);
  return regex.match(run.site.run, input.value as string | null).success;
}
