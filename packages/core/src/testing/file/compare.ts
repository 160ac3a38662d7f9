import { matchesText } from "../matches-text.js";

/**
 * Comparison as test files have it: objects compare as subsets, lists item by item, text exactly or by `/regex/`.
 * @returns what differs, one line each, with its path; empty if nothing does
 */
export function differences(wanted: unknown, got: unknown, where: string): string[] {
  if (typeof wanted === "string" && typeof got === "string")
    return matchesText(wanted, got) ? [] : [`${where} is ${show(got)}, expected ${show(wanted)}`];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got)) return [`${where} is ${show(got)}, expected a list`];
    if (wanted.length !== got.length) return [`${where} has ${got.length} items, expected ${wanted.length}: ${show(got)}`];
    return wanted.flatMap((item, i) => differences(item, got[i], `${where}[${i}]`));
  }
  if (isObject(wanted)) {
    if (!isObject(got)) return [`${where} is ${show(got)}, expected ${show(wanted)}`];
    return Object.entries(wanted).flatMap(([key, value]) =>
      value === null && !Object.hasOwn(got, key)
        ? []
        : differences(value, Object.hasOwn(got, key) ? got[key] : undefined, `${where}.${key}`),
    );
  }
  return Object.is(wanted, got) ? [] : [`${where} is ${show(got)}, expected ${show(wanted)}`];
}

/** Same value through and through; the order of keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isObject(a) || !isObject(b) || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

/**
 * A body against what is expected of it: text, or one of `{ json }` (subset), `{ exactly }`, `{ contains }`, `{ matches }`.
 * An object with none of these keys is taken for `{ json }`.
 */
export function bodyDifferences(wanted: unknown, bytes: Uint8Array, where: string): string[] {
  const text = Buffer.from(bytes).toString("utf8");
  if (wanted === null) return bytes.length === 0 ? [] : [`${where} is ${show(text)}, expected none`];
  if (typeof wanted !== "object") return differences(String(wanted), text, where);
  const { json, exactly, contains, matches, ...rest } = wanted as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return jsonDifferences(wanted, text, where, false);
  return [
    ...(json === undefined ? [] : jsonDifferences(json, text, where, false)),
    ...(exactly === undefined ? [] : jsonDifferences(exactly, text, where, true)),
    ...(contains === undefined || text.includes(String(contains))
      ? []
      : [`${where} is ${show(text)}, expected it to contain ${show(contains)}`]),
    ...(matches === undefined || new RegExp(stripSlashes(String(matches))).test(text)
      ? []
      : [`${where} is ${show(text)}, expected it to match ${String(matches)}`]),
  ];
}

/** The whole body that is expected, where that is told: a text, or JSON. */
export function expectedText(wanted: unknown): string | { readonly json: unknown } | null {
  if (wanted === null || wanted === undefined) return null;
  if (typeof wanted !== "object") return String(wanted);
  const { json, exactly, contains, matches, ...rest } = wanted as Record<string, unknown>;
  if (contains !== undefined || matches !== undefined) return null;
  if (Object.keys(rest).length > 0) return { json: wanted };
  return { json: exactly ?? json };
}

function jsonDifferences(wanted: unknown, text: string, where: string, exactly: boolean): string[] {
  let got: unknown;
  try {
    got = JSON.parse(text);
  } catch {
    return [`${where} is not JSON: ${show(text)}`];
  }
  if (!exactly) return differences(wanted, got, where);
  return same(wanted, got) ? [] : [`${where} is ${show(got)}, expected exactly ${show(wanted)}`];
}

const stripSlashes = (pattern: string): string => /^\/(.+)\/$/s.exec(pattern)?.[1] ?? pattern;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const MOST_SHOWN = 300;

/** A value for a message, on one line and not too long. */
export function show(value: unknown): string {
  const text = value === undefined ? "absent" : (JSON.stringify(value) ?? String(value));
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
