import { chargeMemory, checkTime } from "../../runtime/current.js";
import { fromCodes } from "./codes.js";
import { isMark, isOrdered, isSwapped } from "./marks.js";

/**
 * Unicode normalization in linear time. The platform's own sorts the marks of a character by insertion: the square of their number,
 * a minute for a megabyte of U+0301 U+0323 in turn. Here it gets no more than {@link MOST_MARKS} at once (as many as UAX #15, stream-safe
 * text, allows); longer runs are counted into their combining classes.
 */

export type NormalForm = "NFC" | "NFD" | "NFKC" | "NFKD";

/** Marks in a row that the platform may order. */
const MOST_MARKS = 30;
/** Half-width sound marks are letters, but become marks in compatibility forms. */
const LONG_RUN = /[\p{M}\uff9e\uff9f]{31}/u;
/** Characters that are never worth a closer look. */
const SHORT = 256;
/** Characters that are given to the platform at once. */
const WINDOW = 16_384;

/** `text.normalize(form)`. */
export function normalizeText(text: string, form: NormalForm): string {
  if (text.length <= SHORT) return text.normalize(form);
  let result = "";
  for (let from = 0; from < text.length; ) {
    const end = cutBehind(text, from + WINDOW);
    const part = from === 0 && end === text.length ? text : text.slice(from, end);
    result += LONG_RUN.test(part) ? orderAndCompose(part, form) : part.normalize(form);
    from = end;
    checkTime();
  }
  return result;
}

/** The text with long runs of marks in their canonical order: equal to it, and cheap for a collator. */
export function orderedMarks(text: string): string {
  return text.length > SHORT && hasLongRun(text) ? normalizeText(text, "NFD") : text;
}

function hasLongRun(text: string): boolean {
  for (let from = 0; from < text.length; from += WINDOW) {
    if (LONG_RUN.test(text.slice(from, from + WINDOW + MOST_MARKS * 2))) return true;
    checkTime();
  }
  return false;
}

/** How far a place is sought that needs no test. */
const NEAR = 64;
/** More characters than become one. */
const CONTEXT = 16;

/** The first place from one on where a text can be cut so that both parts can be normalized by themselves. */
function cutBehind(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128) return at;
    if (at - from > NEAR && !isLowSurrogate(code) && isIndependent(text, at)) return at;
    if (at % WINDOW === 0) checkTime();
  }
  return text.length;
}

const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff;

/** Neither ordered among what stands before, nor composed with it. */
function isIndependent(text: string, at: number): boolean {
  if (
    isOrdered(text.codePointAt(at)!) ||
    isOrdered(
      text
        .slice(at, at + 2)
        .normalize("NFKD")
        .codePointAt(0)!,
    )
  )
    return false;
  const from = Math.max(at - CONTEXT, 0);
  const before = text.slice(isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from, at);
  const end = at + CONTEXT;
  const after = text.slice(at, isLowSurrogate(text.charCodeAt(end)) ? end + 1 : end);
  return (["NFC", "NFKC"] as const).every(
    (form) => (before + after).normalize(form) === before.normalize(form) + after.normalize(form),
  );
}

/** Normalizes a text that holds long runs of marks. */
function orderAndCompose(text: string, form: NormalForm): string {
  const isComposed = form === "NFC" || form === "NFKC";
  const decomposed = decompose(text, form.startsWith("NFK") ? "NFKD" : "NFD");
  const finish = (part: string) => part.normalize(isComposed ? "NFC" : "NFD");
  let result = "";
  let from = 0;
  for (let at = 0; at < decomposed.length; ) {
    const start = at;
    while (at < decomposed.length && isOrdered(decomposed.codePointAt(at)!)) {
      at += decomposed.codePointAt(at)! > 0xffff ? 2 : 1;
      if (at % WINDOW === 0) checkTime();
    }
    if (at - start > MOST_MARKS) {
      const before = decomposed.slice(from, start);
      const classes = byClass(decomposed.slice(start, at));
      result += isComposed ? composeRun(before, classes) : finish(before) + classes.join("");
      from = at;
    }
    if (at === start) at++;
  }
  return result + finish(decomposed.slice(from));
}

/** Each character by its decomposition; in order only within parts that are short enough for the platform. */
function decompose(text: string, form: "NFD" | "NFKD"): string {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = from + MOST_MARKS + (isLowSurrogate(text.charCodeAt(from + MOST_MARKS)) ? 1 : 0);
    pieces.push(text.slice(from, end).normalize(form));
    from = end;
    if (pieces.length % 1024 === 0) checkTime();
  }
  return pieces.join("");
}

/** A run of marks, all of them ordered, sorted into its combining classes: one text each, lowest class first. */
function byClass(run: string): string[] {
  chargeMemory(run.length * 2);
  const lengths = new Map<string, number>();
  for (const mark of marksOf(run)) lengths.set(mark, (lengths.get(mark) ?? 0) + mark.length);
  const classes = new Map<string, { readonly codes: Uint16Array; end: number }>();
  const sorted: Uint16Array[] = [];
  for (const group of groupsOf([...lengths.keys()])) {
    const size = group.reduce((total, mark) => total + lengths.get(mark)!, 0);
    const place = { codes: new Uint16Array(size), end: 0 };
    for (const mark of group) classes.set(mark, place);
    sorted.push(place.codes);
  }
  for (const mark of marksOf(run)) {
    const place = classes.get(mark)!;
    for (let i = 0; i < mark.length; i++) place.codes[place.end++] = mark.charCodeAt(i);
  }
  return sorted.map((codes) => fromCodes(codes));
}

function* marksOf(run: string): Generator<string> {
  let untilLook = WINDOW;
  for (const mark of run) {
    yield mark;
    if (--untilLook > 0) continue;
    checkTime();
    untilLook = WINDOW;
  }
}

/** Different marks by their classes, lowest first. */
function groupsOf(marks: readonly string[]): string[][] {
  const groups: string[][] = [];
  let last = "";
  for (const mark of marks.join("").normalize("NFD")) {
    if (last === "" || isSwapped(mark, last)) groups.push([]);
    groups.at(-1)!.push(mark);
    last = mark;
  }
  return groups;
}

/** More marks of one class than are composed with one character. */
const MOST_COMPOSED = 8;

/**
 * Composes a text with a long run of marks behind it. Only the first marks of each class can become part of a character: one that
 * stays keeps the others of its class out.
 */
function composeRun(before: string, classes: readonly string[]): string {
  const heads = classes.map((marks) => [...marks.slice(0, MOST_COMPOSED * 2)].slice(0, MOST_COMPOSED).join(""));
  const composed = (before + heads.join("")).normalize("NFC");
  const { body, kept } = trailingMarks(composed, heads);
  return body + classes.map((marks, i) => kept[i]! + marks.slice(heads[i]!.length)).join("");
}

/** What of the first marks of each class stands at the end of a composed text, and what stands before. */
function trailingMarks(composed: string, heads: readonly string[]): { body: string; kept: string[] } {
  const kept = heads.map(() => "");
  let end = composed.length;
  let index = heads.length - 1;
  while (end > 0) {
    const start = end - (isLowSurrogate(composed.charCodeAt(end - 1)) ? 2 : 1);
    const mark = composed.slice(start, end);
    if (!isMark(mark.codePointAt(0)!)) break;
    while (index >= 0 && !heads[index]!.includes(mark)) index--;
    if (index < 0) break;
    kept[index] = mark + kept[index]!;
    end = start;
  }
  return { body: composed.slice(0, end), kept };
}
