import type { Problem } from "../diagnostics/diagnostic.js";
import { isDigit, isHexDigit } from "./characters.js";
import { syntaxErrors } from "./syntax-errors.js";
import type { LiteralValue } from "./tokens.js";

/** Tells of an error between two offsets. */
export type Report = (start: number, end: number, problem: Problem) => void;

/** A literal and the offset behind it. */
export interface ReadLiteral {
  readonly literal: LiteralValue;
  readonly end: number;
}

const INTEGER_SUFFIX = /[uU][lL]?|[lL][uU]?/y;

/** Reads a number from its first digit, or from the point before it. */
export function readNumber(source: string, start: number, end: number, report: Report): ReadLiteral {
  const second = source[start + 1];
  if (source[start] === "0" && (second === "x" || second === "X")) return readRadix(source, start, end, 16, report);
  if (source[start] === "0" && (second === "b" || second === "B")) return readRadix(source, start, end, 2, report);

  let at = digits(source, start, end);
  let isReal = false;
  if (source[at] === "." && at + 1 < end && isDigit(source.charCodeAt(at + 1))) {
    isReal = true;
    at = digits(source, at + 1, end);
  }
  const exponent = exponentEnd(source, at, end);
  if (exponent > at) {
    isReal = true;
    at = exponent;
  }
  const written = source.slice(start, at);
  if (written.endsWith("_") || /_[.eE]|[eE][+-]?_/.test(written)) report(start, at, syntaxErrors.invalidNumber());
  const text = written.replaceAll("_", "");
  const suffix = at < end ? source[at]!.toLowerCase() : "";
  if (suffix === "m") return { literal: { value: text, type: "decimal" }, end: at + 1 };
  if (suffix === "d" || suffix === "f" || isReal) {
    const after = suffix === "d" || suffix === "f" ? at + 1 : at;
    return { literal: real(text, suffix === "f" ? "float" : "double", start, after, report), end: after };
  }
  return integer(source, start, at, end, BigInt(text), report);
}

function digits(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && (isDigit(source.charCodeAt(at)) || source[at] === "_")) at++;
  return at;
}

function exponentEnd(source: string, at: number, end: number): number {
  if (source[at] !== "e" && source[at] !== "E") return at;
  const sign = source[at + 1] === "+" || source[at + 1] === "-" ? 1 : 0;
  const from = at + 1 + sign;
  return from < end && isDigit(source.charCodeAt(from)) ? digits(source, from, end) : at;
}

function readRadix(source: string, start: number, end: number, radix: 2 | 16, report: Report): ReadLiteral {
  let at = start + 2;
  const isPart = (code: number) => code === 95 || (radix === 16 ? isHexDigit(code) : isDigit(code));
  while (at < end && isPart(source.charCodeAt(at))) at++;
  const text = source.slice(start + 2, at).replaceAll("_", "");
  const isValid = radix === 16 ? /^[\da-f]+$/i.test(text) : /^[01]+$/.test(text);
  if (!isValid || source[at - 1] === "_") report(start, at, syntaxErrors.invalidNumber());
  const value = !isValid ? 0n : BigInt((radix === 16 ? "0x" : "0b") + text);
  return integer(source, start, at, end, value, report);
}

/** The first of int, uint, long, ulong that the suffix allows and that holds the value. */
function integer(source: string, start: number, at: number, end: number, value: bigint, report: Report): ReadLiteral {
  INTEGER_SUFFIX.lastIndex = at;
  const suffix = at < end ? (INTEGER_SUFFIX.exec(source)?.[0].toLowerCase() ?? "") : "";
  const after = at + suffix.length;
  const isUnsigned = suffix.includes("u");
  const isLong = suffix.includes("l");
  if (value > 0xffff_ffff_ffff_ffffn) {
    report(start, after, syntaxErrors.integerTooLarge());
    return { literal: { value: 0, type: "int" }, end: after };
  }
  if (!isLong && !isUnsigned && value <= 0x7fff_ffffn) return { literal: { value: Number(value), type: "int" }, end: after };
  if (!isLong && value <= 0xffff_ffffn) return { literal: { value: Number(value), type: "uint" }, end: after };
  if (!isUnsigned && value <= 0x7fff_ffff_ffff_ffffn) return { literal: { value, type: "long" }, end: after };
  return { literal: { value, type: "ulong" }, end: after };
}

function real(text: string, type: "double" | "float", start: number, end: number, report: Report): LiteralValue {
  const value = type === "float" ? Math.fround(Number(text)) : Number(text);
  if (Number.isFinite(value)) return { value, type };
  report(start, end, syntaxErrors.realOutOfRange(type));
  return { value: 0, type };
}
