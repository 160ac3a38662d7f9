import {
  findText,
  isWhiteSpace,
  Regex,
  raise,
  splitText,
  toLower,
  toUpper,
  urlDecode,
  urlEncode,
} from "@turnpike/expressions/values";
import type { Rendering } from "../rendering.js";
import { type Filter, filter1, filter2, filter3, long, text, whole } from "./filter.js";
import { titleCase } from "./title-case.js";

/** Filters on text. */

/** A filter that makes of a text another, up to `growth` times as long. Nothing stays nothing. */
const onText = (convert: (input: string) => string, growth = 1): Filter =>
  filter1(text("input"), (r, input) => {
    if (input === null) return null;
    r.run.allocate(input.length * growth);
    return convert(input);
  });

/** As {@link onText}, but blank text stays as it is. */
const onFilled = (convert: (input: string) => string, growth = 1): Filter =>
  onText((input) => (isBlank(input) ? input : convert(input)), growth);

/** `IsNullOrWhiteSpace`. */
export function isBlank(input: string): boolean {
  for (let i = 0; i < input.length; i++) if (!isWhiteSpace(input.charCodeAt(i))) return false;
  return true;
}

function trimStart(input: string): string {
  let start = 0;
  while (start < input.length && isWhiteSpace(input.charCodeAt(start))) start++;
  return input.slice(start);
}

function trimEnd(input: string): string {
  let end = input.length;
  while (end > 0 && isWhiteSpace(input.charCodeAt(end - 1))) end--;
  return input.slice(0, end);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** `WebUtility.HtmlEncode` of .NET: markup, U+00A0 to U+00FF and what takes two UTF-16 codes. */
const htmlEscape = onText(
  (input) =>
    input.replace(/[&<>"'\u00a0-\u00ff]|[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (c) => {
      const code = c.codePointAt(0)!;
      return ENTITIES[c] ?? (code >= 0xd800 && code <= 0xdfff ? "\ufffd" : `&#${code};`);
    }),
  6,
);

/** Takes out `<.*?>` within one line. */
function withoutTags(input: string): string {
  let result = "";
  let last = 0;
  let close = -1;
  for (let open = input.indexOf("<"); open >= 0; open = input.indexOf("<", open + 1)) {
    if (open < last) continue;
    if (close < open) close = input.indexOf(">", open);
    if (close < 0) break;
    const line = input.lastIndexOf("\n", close);
    if (line > open) continue;
    result += input.slice(last, open);
    last = close + 1;
  }
  return result + input.slice(last);
}

const joined = (r: Rendering, first: string, second: string): string => {
  r.run.allocate(first.length + second.length);
  return first + second;
};

function truncated(r: Rendering, input: string, most: number, end: string | null): string {
  if (input === "") return input;
  if (end === null) throw raise.nullReference();
  return input.length > most ? joined(r, input.slice(0, Math.max(0, most - end.length)), end) : input;
}

function truncatedWords(r: Rendering, input: string, most: number, end: string | null): string {
  if (input === "") return input;
  const count = Math.max(0, most);
  let at = -1;
  for (let words = 0; words < count; words++) {
    at = input.indexOf(" ", at + 1);
    if (at < 0) return input;
  }
  return joined(r, input.slice(0, Math.max(0, at)), end ?? "");
}

function slice(input: string, from: number, count: number): string | null {
  if (from > input.length) return null;
  let start = from;
  let length = count;
  if (start < 0) {
    start += input.length;
    if (start < 0) {
      length = Math.max(0, length + start);
      start = 0;
    }
  }
  if (start + length > input.length) length = input.length - start;
  if (length < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
  return input.slice(start, start + length);
}

function split(r: Rendering, input: string | null, by: string | null): readonly unknown[] {
  if (input === null || isBlank(input) || by === null || by === "") return [input];
  r.run.allocate(input.length);
  return splitText(input, by).filter((part) => part !== "");
}

/** By a .NET regular expression. An empty pattern or text changes nothing. */
function replace(r: Rendering, input: string | null, pattern: string | null, by: string | null): string | null {
  if (input === null || input === "" || pattern === null || pattern === "") return input;
  return Regex.of(r.run, pattern, 0).replace(r.run, input, by);
}

function replaceFirst(r: Rendering, input: string | null, pattern: string | null, by: string | null): string | null {
  if (input === null || input === "" || pattern === null || pattern === "") return input;
  return Regex.of(r.run, pattern, 0).replace(r.run, input, () => by, 1);
}

function remove(r: Rendering, input: string | null, part: string | null): string | null {
  if (input === null || isBlank(input)) return input;
  if (part === null) throw raise.argumentNull("oldValue");
  if (part === "") throw raise.argument("String cannot be of zero length.", "oldValue");
  r.run.allocate(input.length);
  return findText(input, part) < 0 ? input : splitText(input, part).join("");
}

/** Filters for texts. */
export const textFilters: Readonly<Record<string, Filter>> = {
  Upcase: onText(toUpper),
  Downcase: onText(toLower),
  Capitalize: onFilled(titleCase, 2),
  Escape: htmlEscape,
  H: htmlEscape,
  UrlEncode: onText(urlEncode, 9),
  UrlDecode: onText(urlDecode),
  Strip: onText((input) => trimEnd(trimStart(input))),
  Lstrip: onText(trimStart),
  Rstrip: onText(trimEnd),
  StripHtml: onFilled(withoutTags),
  StripNewlines: onFilled((input) => input.replace(/\r?\n/g, "")),
  NewlineToBr: onFilled((input) => input.replace(/\r?\n/g, "<br />$&"), 7),
  Append: filter2(text("input"), text("string"), (r, input, end) => (input === null ? null : joined(r, input, end ?? ""))),
  Prepend: filter2(text("input"), text("string"), (r, input, start) => (input === null ? null : joined(r, start ?? "", input))),
  Truncate: filter3(text("input"), whole("length", 50), text("truncateString", "..."), (r, input, most, end) =>
    input === null ? null : truncated(r, input, most, end),
  ),
  TruncateWords: filter3(text("input"), whole("words", 15), text("truncateString", "..."), (r, input, most, end) =>
    input === null ? null : truncatedWords(r, input, most, end),
  ),
  Slice: filter3(text("input"), long("start"), long("len", 1), (_r, input, from, count) =>
    input === null ? null : slice(input, from, count),
  ),
  Split: filter2(text("input"), text("pattern"), split),
  Replace: filter3(text("input"), text("string"), text("replacement", ""), replace),
  ReplaceFirst: filter3(text("input"), text("string"), text("replacement", ""), replaceFirst),
  Remove: filter2(text("input"), text("string"), remove),
  RemoveFirst: filter2(text("input"), text("string"), (r, input, pattern) =>
    input === null || isBlank(input) ? input : replaceFirst(r, input, pattern, ""),
  ),
  Default: filter2(text("input"), text("defaultValue"), (_r, input, value) => (input === null || isBlank(input) ? value : input)),
};
