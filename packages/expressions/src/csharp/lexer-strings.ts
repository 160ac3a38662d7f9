import { isHexDigit, isLineBreak } from "./characters.js";
import type { ReadLiteral, Report } from "./lexer-numbers.js";
import { scanInterpolated } from "./scan.js";
import { syntaxErrors } from "./syntax-errors.js";
import type { StringPart } from "./tokens.js";

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["'", "'"],
  ['"', '"'],
  ["\\", "\\"],
  ["0", "\0"],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** Reads the escape sequence at a backslash. */
export function readEscape(
  source: string,
  at: number,
  end: number,
  report: Report,
): { readonly text: string; readonly end: number } {
  const letter = at + 1 < end ? source[at + 1]! : "";
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { text: simple, end: at + 2 };
  const digits = { x: [1, 4], u: [4, 4], U: [8, 8] }[letter];
  if (digits !== undefined) {
    const from = at + 2;
    let i = from;
    while (i < end && i - from < digits[1]! && isHexDigit(source.charCodeAt(i))) i++;
    const code = Number.parseInt(source.slice(from, i), 16);
    if (i - from >= digits[0]! && code <= 0x10ffff) return { text: String.fromCodePoint(code), end: i };
    report(at, Math.max(i, at + 2), syntaxErrors.badEscape());
    return { text: "", end: i };
  }
  report(at, Math.min(at + 2, end), syntaxErrors.badEscape());
  // The backslash alone is passed over, so that a line break still ends the literal.
  return { text: "", end: at + 1 };
}

/** `"…"`, from the quote on. */
export function readString(source: string, start: number, end: number, report: Report): ReadLiteral {
  let value = "";
  let plain = start + 1;
  let at = plain;
  for (;;) {
    const code = at < end ? source.charCodeAt(at) : -1;
    if (code === 34) {
      return { literal: { value: value + source.slice(plain, at), type: "string" }, end: at + 1 };
    }
    if (code === -1 || isLineBreak(code)) {
      report(start, at, syntaxErrors.newlineInConstant());
      return { literal: { value: value + source.slice(plain, at), type: "string" }, end: at };
    }
    if (code === 92) {
      const sequence = readEscape(source, at, end, report);
      value += source.slice(plain, at) + sequence.text;
      plain = at = sequence.end;
    } else at++;
  }
}

/** `@"…"`; `start` is the at sign, `from` stands behind the quote. */
export function readVerbatim(source: string, start: number, from: number, end: number, report: Report): ReadLiteral {
  let at = from;
  for (;;) {
    const quote = source.indexOf('"', at);
    if (quote < 0 || quote >= end) {
      report(start, end, syntaxErrors.openVerbatim());
      return { literal: { value: source.slice(from, end), type: "string" }, end };
    }
    if (source[quote + 1] !== '"' || quote + 1 >= end) {
      return { literal: { value: source.slice(from, quote).replaceAll('""', '"'), type: "string" }, end: quote + 1 };
    }
    at = quote + 2;
  }
}

/** `'x'`. A text in single quotes is read to its end and given as a string, so that only one error follows. */
export function readCharacter(source: string, start: number, end: number, report: Report): ReadLiteral {
  let value = "";
  let at = start + 1;
  let isWrong = false;
  const told: Report = (from, to, problem) => {
    isWrong = true;
    report(from, to, problem);
  };
  for (;;) {
    const code = at < end ? source.charCodeAt(at) : -1;
    if (code === 39) break;
    if (code === -1 || isLineBreak(code)) {
      report(start, at, syntaxErrors.newlineInConstant());
      return { literal: { value: value.charCodeAt(0) || 0, type: "char" }, end: at };
    }
    if (code === 92) {
      const sequence = readEscape(source, at, end, told);
      value += sequence.text;
      at = sequence.end;
    } else value += source[at++];
  }
  if (value.length === 1 || isWrong) return { literal: { value: value.charCodeAt(0) || 0, type: "char" }, end: at + 1 };
  if (value === "") report(start, at + 1, syntaxErrors.emptyCharacter());
  else report(start, at + 1, syntaxErrors.longCharacter(source.slice(start + 1, at)));
  return { literal: { value, type: "string" }, end: at + 1 };
}

/** An interpolated string taken apart, and the offset behind it. */
export interface ReadInterpolated {
  readonly parts: readonly StringPart[];
  readonly end: number;
}

/** `$"…"` and `$@"…"`; `start` is the prefix, `from` stands behind the quote. */
export function readInterpolated(
  source: string,
  start: number,
  from: number,
  end: number,
  isVerbatim: boolean,
  report: Report,
): ReadInterpolated {
  const scan = scanInterpolated(source, from, end, isVerbatim);
  const parts: StringPart[] = [];
  let at = from;
  const text = (until: number): void => {
    const value = readText(source, at, until, isVerbatim, report);
    if (value !== "") parts.push({ kind: "text", text: value });
  };
  for (const hole of scan.holes) {
    text(hole.open);
    const close = hole.close < 0 ? scan.end : hole.close;
    const codeEnd = hole.colon < 0 ? close : hole.colon;
    if (hole.close < 0) report(hole.open, hole.open + 1, syntaxErrors.openHole());
    else if (!isVerbatim && /[\n\r\u0085\u2028\u2029]/.test(source.slice(hole.open, hole.close))) {
      report(hole.open, hole.close + 1, syntaxErrors.lineBreakInHole());
    }
    if (hole.close >= 0 && source.slice(hole.open + 1, codeEnd).trim() === "") {
      report(hole.open, hole.close + 1, syntaxErrors.emptyHole());
    } else if (hole.close >= 0) {
      const format = hole.colon < 0 ? null : readText(source, hole.colon + 1, close, isVerbatim, report);
      if (format === "") report(hole.colon, hole.colon + 1, syntaxErrors.emptyFormat());
      parts.push({ kind: "hole", start: hole.open + 1, end: codeEnd, format });
    }
    at = hole.close < 0 ? scan.end : hole.close + 1;
  }
  if (!scan.isTerminated && scan.holes.every((hole) => hole.close >= 0)) {
    report(start, scan.end, isVerbatim ? syntaxErrors.openVerbatim() : syntaxErrors.newlineInConstant());
  }
  text(scan.isTerminated ? scan.end - 1 : scan.end);
  return { parts, end: scan.end };
}

/** Text between holes, or a format. */
function readText(source: string, from: number, until: number, isVerbatim: boolean, report: Report): string {
  let value = "";
  let plain = from;
  let at = from;
  while (at < until) {
    const c = source[at]!;
    const isDouble = at + 1 < until && source[at + 1] === c;
    if (c === "\\" && !isVerbatim) {
      const sequence = readEscape(source, at, until, report);
      value += source.slice(plain, at) + sequence.text;
      plain = at = sequence.end;
    } else if ((c === "{" || c === "}" || (c === '"' && isVerbatim)) && isDouble) {
      value += source.slice(plain, at + 1);
      plain = at += 2;
    } else {
      if (c === "}") report(at, at + 1, syntaxErrors.loneBrace());
      at++;
    }
  }
  return value + source.slice(plain, until);
}
