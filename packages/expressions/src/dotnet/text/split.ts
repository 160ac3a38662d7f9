import { raise } from "../../runtime/exceptions.js";
import type { Run } from "../../runtime/run.js";
import { findText, isAmong, splitText } from "./find.js";
import { isWhiteSpace } from "./unicode.js";

const REMOVE_EMPTY = 1;

/** Told of parts before they are made: so many more than it was told of last. */
export type ChargeParts = (count: number) => void;

/** Parts that are charged at once. */
const BATCH = 512;

/** Positions and lengths of the separators, in order. */
type Cuts = readonly (readonly [at: number, length: number])[];

/** `Split(params char[] separator)` and its overloads; no separators: white space. Codes are UTF-16. */
export function splitByChars(
  text: string,
  separators: readonly number[] | null,
  count: number,
  options: number,
  charge: ChargeParts,
): string[] {
  const shortcut = edgeCase(text, count, options);
  if (shortcut !== null) return shortcut;
  if (separators?.length === 1 && options === 0 && count > text.length)
    return splitText(text, String.fromCharCode(separators[0]!), charge);
  const cuts: [number, number][] = [];
  const isSeparator = separators === null || separators.length === 0 ? isWhiteSpace : isAmong(separators);
  for (let i = 0; i < text.length; i++) {
    if (!isSeparator(text.charCodeAt(i))) continue;
    if (cuts.length % BATCH === BATCH - 1) charge(BATCH);
    cuts.push([i, 1]);
  }
  return cut(text, cuts, count, options);
}

/** `Split(string[] separator, …)`; the first of several that match wins. */
export function splitByStrings(
  run: Run,
  text: string,
  separators: readonly (string | null)[] | null,
  count: number,
  options: number,
  charge: ChargeParts,
): string[] {
  if (separators === null || separators.length === 0) return splitByChars(text, null, count, options, charge);
  const shortcut = edgeCase(text, count, options);
  if (shortcut !== null) return shortcut;
  const usable = [...new Set(separators)].filter((separator): separator is string => separator !== null && separator !== "");
  if (usable.length === 1 && options === 0 && count > text.length) return splitText(text, usable[0]!, charge);
  return cut(text, cutsAt(run, text, usable, charge), count, options);
}

/** Where any of the separators stands, from left to right. Each keeps its own next place, so that none is sought twice. */
function cutsAt(run: Run, text: string, separators: readonly string[], charge: ChargeParts): Cuts {
  const cuts: [number, number][] = [];
  run.steps((text.length * separators.length) >> 8);
  const next = separators.map((separator) => findText(text, separator));
  for (;;) {
    let first = -1;
    next.forEach((at, i) => {
      if (at >= 0 && (first < 0 || at < next[first]!)) first = i;
    });
    if (first < 0) return cuts;
    run.steps(1 + (separators.length >> 4));
    if (cuts.length % BATCH === BATCH - 1) charge(BATCH);
    const at = next[first]!;
    const end = at + separators[first]!.length;
    cuts.push([at, end - at]);
    next.forEach((place, i) => {
      if (place >= 0 && place < end) next[i] = findText(text, separators[i]!, end);
    });
  }
}

function edgeCase(text: string, count: number, options: number): string[] | null {
  if (count < 0) throw raise.argumentOutOfRange("count", "Count cannot be less than zero.");
  if (options !== 0 && options !== REMOVE_EMPTY) throw raise.argument(`Illegal enum value: ${options}.`);
  if (count === 0 || (options === REMOVE_EMPTY && text === "")) return [];
  return count === 1 ? [text] : null;
}

function cut(text: string, cuts: Cuts, count: number, options: number): string[] {
  if (cuts.length === 0) return [text];
  return options === REMOVE_EMPTY ? cutWithoutEmpty(text, cuts, count) : cutAll(text, cuts, count);
}

function cutAll(text: string, cuts: Cuts, count: number): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const [at, length] of cuts) {
    if (parts.length === count - 1) break;
    parts.push(text.slice(from, at));
    from = at + length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** The last part takes the rest, but empty parts in front of it are dropped. */
function cutWithoutEmpty(text: string, cuts: Cuts, count: number): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const [at, length] of cuts) {
    if (parts.length === count - 1 && at > from) break;
    if (at > from) parts.push(text.slice(from, at));
    from = at + length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
