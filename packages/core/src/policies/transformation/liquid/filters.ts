import type { Host } from "@turnpike/expressions";
import { NetException } from "@turnpike/expressions";
import { formatDate, TemplateDate } from "./date.js";
import { valueText } from "./value-text.js";

/** A filter: the piped value, then its arguments. */
export type Filter = (input: unknown, ...args: unknown[]) => unknown;

const nothing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** A filter on text that lets nothing through as nothing. */
const onText =
  (filter: (text: string, ...args: unknown[]) => unknown): Filter =>
  (input, ...args) =>
    nothing(input) ? input : filter(valueText(input), ...args);

const items = (input: unknown): readonly unknown[] => (Array.isArray(input) ? input : nothing(input) ? [] : [input]);

const member = (item: unknown, name: string): unknown =>
  typeof item === "object" && item !== null && Object.hasOwn(item, name) ? (item as Record<string, unknown>)[name] : null;

/** A whole number stays one through arithmetic with others, as int does; texts that are numbers count as such. */
const number = (value: unknown): number => {
  const result = typeof value === "number" ? value : Number(valueText(value).trim() || "NaN");
  return Number.isNaN(result) ? 0 : result;
};

const isWhole = (value: unknown): boolean =>
  typeof value === "bigint" || Number.isInteger(typeof value === "string" ? Number(value) : value);

const titleCase = (text: string): string =>
  text.replace(/\p{L}[\p{L}\p{M}'’]*/gu, (word) =>
    word.length > 1 && word === word.toUpperCase() ? word : word[0]!.toUpperCase() + word.slice(1).toLowerCase(),
  );

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escapeHtml = onText((text) => text.replace(/[&<>"'\u00a0-\u00ff]/g, (c) => HTML[c] ?? `&#${c.charCodeAt(0)};`));

const REGION_CURRENCIES: Readonly<Record<string, string>> = {
  AU: "AUD",
  BR: "BRL",
  CA: "CAD",
  CH: "CHF",
  CN: "CNY",
  CZ: "CZK",
  DK: "DKK",
  GB: "GBP",
  IN: "INR",
  JP: "JPY",
  KR: "KRW",
  MX: "MXN",
  NO: "NOK",
  NZ: "NZD",
  PL: "PLN",
  SE: "SEK",
  TR: "TRY",
  US: "USD",
  ZA: "ZAR",
};

function currency(input: unknown, culture?: unknown): unknown {
  const amount = number(input);
  const name = nothing(culture) ? "" : valueText(culture);
  const region = /-([A-Za-z]{2})$/.exec(name)?.[1]?.toUpperCase();
  if (region === undefined) return `¤${amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  try {
    return amount.toLocaleString(name, { style: "currency", currency: REGION_CURRENCIES[region] ?? "EUR" });
  } catch {
    return valueText(input);
  }
}

function round(input: unknown, places?: unknown): unknown {
  const digits = Math.min(15, Math.max(0, Math.trunc(number(places ?? 0))));
  const value = number(input);
  const shifted = Number(`${value}e${digits}`);
  const floor = Math.floor(shifted);
  const isTie = shifted - floor === 0.5;
  const rounded = isTie ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(shifted);
  return Number.isNaN(shifted) ? value : Number(`${rounded}e${-digits}`);
}

function slice(text: string, offset: unknown, length: unknown = 1): string {
  const from = number(offset) < 0 ? text.length + number(offset) : number(offset);
  return from < 0 || from >= text.length ? "" : text.slice(from, from + Math.max(0, number(length)));
}

function truncate(text: string, length: unknown = 50, end: unknown = "..."): string {
  const most = number(length);
  const tail = valueText(end);
  return text.length > most ? text.slice(0, Math.max(0, most - tail.length)) + tail : text;
}

function truncateWords(text: string, count: unknown = 15, end: unknown = "..."): string {
  const words = text.split(" ");
  const most = Math.max(0, number(count));
  return words.length > most ? words.slice(0, most).join(" ") + valueText(end) : text;
}

function sort(input: unknown, property?: unknown): unknown {
  const key = (item: unknown): unknown => (nothing(property) ? item : member(item, valueText(property)));
  return items(input).toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (typeof left === "number" && typeof right === "number") return left - right;
    const [leftText, rightText] = [valueText(left), valueText(right)];
    return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
  });
}

const encodeUrl = onText((text) =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"))
    .replaceAll("%20", "+")
    .replace(/['~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
);

const decodeUrl = onText((text) => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
});

/**
 * DotLiquid's filters under their C# names. Where it differs from Ruby's Liquid, so do these: whole numbers divide to whole numbers,
 * Plus joins texts, Date takes .NET formats, Round rounds halves to even.
 */
export function filters(host: Host): Readonly<Record<string, Filter>> {
  const date: Filter = (input, pattern) => {
    if (nothing(input)) return input;
    const text =
      input instanceof TemplateDate
        ? input.toIso()
        : valueText(input) === "now"
          ? new Date(host.now()).toISOString().slice(0, -1)
          : valueText(input);
    if (nothing(pattern) || valueText(pattern).trim() === "") return input;
    try {
      return formatDate(text, valueText(pattern), host) ?? input;
    } catch (error) {
      if (error instanceof NetException) return input;
      throw error;
    }
  };
  return {
    Abs: (input) => Math.abs(number(input)),
    Append: (input, text) => (nothing(input) ? input : valueText(input) + valueText(text)),
    AtLeast: (input, least) => Math.max(number(input), number(least)),
    AtMost: (input, most) => Math.min(number(input), number(most)),
    Capitalize: onText(titleCase),
    Ceil: (input) => Math.ceil(number(input)),
    Compact: (input) => items(input).filter((item) => !nothing(item)),
    Concat: (input, more) => [...items(input), ...items(more)],
    Currency: currency,
    Date: date,
    Default: (input, other) =>
      nothing(input) || input === false || input === "" || (Array.isArray(input) && input.length === 0) ? other : input,
    DividedBy: (input, by) => {
      const quotient = number(input) / number(by);
      if (!Number.isFinite(quotient)) throw new Error("Attempted to divide by zero.");
      return isWhole(input) && isWhole(by) ? Math.trunc(quotient) : quotient;
    },
    Downcase: onText((text) => text.toLowerCase()),
    Escape: escapeHtml,
    First: (input) => items(input)[0] ?? null,
    Floor: (input) => Math.floor(number(input)),
    H: escapeHtml,
    Join: (input, glue = " ") => items(input).map(valueText).join(valueText(glue)),
    Last: (input) => items(input).at(-1) ?? null,
    Lstrip: onText((text) => text.trimStart()),
    Map: (input, property) => items(input).map((item) => member(item, valueText(property))),
    Minus: (input, other) => number(input) - number(other),
    Modulo: (input, other) => number(input) % number(other),
    NewlineToBr: onText((text) => text.replace(/\r?\n/g, "<br />$&")),
    Plus: (input, other) => (typeof input === "string" ? input + valueText(other) : number(input) + number(other)),
    Prepend: (input, text) => (nothing(input) ? input : valueText(text) + valueText(input)),
    Remove: onText((text, part) => (valueText(part) === "" ? text : text.replaceAll(valueText(part), ""))),
    RemoveFirst: onText((text, part) => text.replace(valueText(part), "")),
    Replace: onText((text, from, to = "") =>
      valueText(from) === "" ? text : text.replaceAll(valueText(from), () => valueText(to)),
    ),
    ReplaceFirst: onText((text, from, to = "") => text.replace(valueText(from), () => valueText(to))),
    Reverse: (input) => items(input).toReversed(),
    Round: round,
    Rstrip: onText((text) => text.trimEnd()),
    Size: (input) => (typeof input === "string" || Array.isArray(input) ? input.length : 0),
    Slice: onText(slice),
    Sort: sort,
    Split: onText((text, by) => (text.trim() === "" ? [text] : text.split(valueText(by)).filter((part) => part !== ""))),
    Strip: onText((text) => text.trim()),
    StripHtml: onText((text) => text.replace(/<[^\n>]*>/g, "")),
    StripNewlines: onText((text) => text.replace(/\r?\n/g, "")),
    Times: (input, by) => number(input) * number(by),
    Truncate: onText(truncate),
    TruncateWords: onText(truncateWords),
    Uniq: (input) => [...new Set(items(input))],
    Upcase: onText((text) => text.toUpperCase()),
    UrlDecode: decodeUrl,
    UrlEncode: encodeUrl,
  };
}
