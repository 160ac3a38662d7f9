import { isSame, type Lambda, order } from "./evaluate.js";
import { firstUnknown, HOLE, isMapping, joined, shapeOf, textOf, Unknown, type Value } from "./value.js";

type Pure = (args: readonly Value[], at: number) => Value;

const MOST = 100_000;
const text = (value: Value): string => textOf(value);
const list = (value: Value): Value[] => (Array.isArray(value) ? (value as Value[]) : isMapping(value) ? Object.keys(value) : []);
const sizeOf = (value: Value): number => (typeof value === "string" ? value.length : list(value).length);
const isEmpty = (value: Value): boolean => value === null || value === undefined || sizeOf(value) === 0;

/** Deep, as `union` joins objects. */
function united(first: Value, second: Value): Value {
  if (Array.isArray(first) && Array.isArray(second)) {
    const all = [...(first as Value[]), ...(second as Value[])];
    return all.filter((item, index) => all.findIndex((other) => isSame(item, other)) === index);
  }
  if (!isMapping(first) || !isMapping(second)) return second;
  const result = { ...first };
  for (const [key, value] of Object.entries(second))
    result[key] = isMapping(result[key]) && isMapping(value) ? united(result[key], value) : value;
  return result;
}

function common(first: Value, second: Value): Value {
  if (Array.isArray(first)) return (first as Value[]).filter((item) => list(second).some((other) => isSame(item, other)));
  if (!isMapping(first) || !isMapping(second)) return null;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => isSame(second[key], value)));
}

function formatted([pattern, ...args]: readonly Value[]): Value {
  const parts: Value[] = [];
  let last = 0;
  const shape = shapeOf(pattern);
  for (const match of shape.matchAll(/\{\{|\}\}|\{(\d{1,3})(?::[^{}]*)?\}/g)) {
    parts.push(shape.slice(last, match.index), match[1] === undefined ? match[0][0]! : args[Number(match[1])]);
    last = match.index + match[0].length;
  }
  return joined([...parts, shape.slice(last)]);
}

function split(value: Value, separators: Value): string[] {
  const all = (Array.isArray(separators) ? (separators as Value[]) : [separators]).map(text);
  return all.reduce<string[]>((parts, separator) => parts.flatMap((part) => part.split(separator)), [text(value)]);
}

function range([start, count]: readonly Value[], at: number): Value {
  if (!(Number(count) <= MOST)) return new Unknown(`the range has more than ${MOST} items`, at);
  return Array.from({ length: Number(count) }, (_, index) => Number(start) + index);
}

function parsed(written: string, at: number): Value {
  try {
    return JSON.parse(written) as Value;
  } catch {
    return new Unknown("the text is not JSON", at);
  }
}

const holds: Pure = ([of, what]) =>
  typeof of === "string"
    ? of.includes(text(what))
    : Array.isArray(of)
      ? (of as Value[]).some((item) => isSame(item, what))
      : Object.keys((of ?? {}) as object).some((key) => key.toLowerCase() === text(what).toLowerCase());

function padded([value, length, fill = " "]: readonly Value[]): string {
  return text(value).padStart(Math.min(Number(length), MOST), text(fill));
}

const numbers = (args: readonly Value[]): number[] => (Array.isArray(args[0]) ? (args[0] as Value[]) : [...args]).map(Number);

/** Pure functions that Azure Resource Manager and Bicep share, by their names in lower case. They get known values only. */
const pure: Readonly<Record<string, Pure>> = {
  tolower: ([value]) => text(value).toLowerCase(),
  toupper: ([value]) => text(value).toUpperCase(),
  trim: ([value]) => text(value).trim(),
  substring: ([value, start, length]) =>
    text(value).slice(Number(start), length === undefined ? undefined : Number(start) + Number(length)),
  replace: ([value, from, to]) => text(value).replaceAll(text(from), () => text(to)),
  split: ([value, separators]) => split(value, separators),
  indexof: ([of, what]) =>
    Array.isArray(of) ? of.findIndex((item) => isSame(item, what)) : text(of).toLowerCase().indexOf(text(what).toLowerCase()),
  lastindexof: ([of, what]) => text(of).toLowerCase().lastIndexOf(text(what).toLowerCase()),
  startswith: ([value, start]) => text(value).toLowerCase().startsWith(text(start).toLowerCase()),
  endswith: ([value, end]) => text(value).toLowerCase().endsWith(text(end).toLowerCase()),
  padleft: padded,
  base64: ([value]) => Buffer.from(text(value)).toString("base64"),
  base64tostring: ([value]) => Buffer.from(text(value), "base64").toString("utf8"),
  base64tojson: ([value], at) => parsed(Buffer.from(text(value), "base64").toString("utf8"), at),
  uricomponent: ([value]) => encodeURIComponent(text(value)),
  uricomponenttostring: ([value]) => decodeURIComponent(text(value)),
  uri: ([base, relative], at) => {
    const whole = text(base).endsWith("/") ? text(base) : text(base).replace(/[^/]*$/, "");
    return URL.canParse(text(relative), whole) ? new URL(text(relative), whole).href : new Unknown("the URI is none", at);
  },
  datauri: ([value]) => `data:text/plain;charset=utf8;base64,${Buffer.from(text(value)).toString("base64")}`,
  string: ([value]) => (typeof value === "string" ? value : JSON.stringify(value)),
  int: ([value]) => Math.trunc(Number(value)),
  float: ([value]) => Number(value),
  bool: ([value]) => (typeof value === "string" ? /^(?:true|1)$/i.test(value) : value === true || value === 1),
  json: ([value], at) => parsed(text(value), at),
  array: ([value]) => (Array.isArray(value) ? (value as Value[]) : [value]),
  length: ([value]) => sizeOf(value),
  empty: ([value]) => isEmpty(value),
  contains: holds,
  equals: ([left, right]) => isSame(left, right),
  greater: ([left, right]) => order(left, right) > 0,
  greaterorequals: ([left, right]) => order(left, right) >= 0,
  less: ([left, right]) => order(left, right) < 0,
  lessorequals: ([left, right]) => order(left, right) <= 0,
  not: ([value]) => value !== true,
  add: ([left, right]) => Number(left) + Number(right),
  sub: ([left, right]) => Number(left) - Number(right),
  mul: ([left, right]) => Number(left) * Number(right),
  div: ([left, right], at) =>
    Number(right) === 0 ? new Unknown("nothing divides by 0", at) : Math.trunc(Number(left) / Number(right)),
  mod: ([left, right], at) => (Number(right) === 0 ? new Unknown("nothing divides by 0", at) : Number(left) % Number(right)),
  min: (args) => Math.min(...numbers(args)),
  max: (args) => Math.max(...numbers(args)),
  range,
  true: () => true,
  false: () => false,
  null: () => null,
};

/** Functions of lists and mappings, whose items may be unknown. */
const structural: Readonly<Record<string, Pure>> = {
  concat: (args) => (args.every((value) => Array.isArray(value)) && args.length > 0 ? args.flat() : joined(args)),
  format: (args) => formatted(args),
  join: ([items, separator]) => joined(list(items).flatMap((item, index) => (index === 0 ? [item] : [separator, item]))),
  createarray: (args) => [...args],
  createobject: (args) =>
    Object.fromEntries(args.flatMap((key, index) => (index % 2 === 0 ? [[text(key), args[index + 1]] as const] : []))),
  union: (args) => args.slice(1).reduce((all, next) => united(all, next), args[0]),
  shallowmerge: ([items]) => Object.assign({}, ...(list(items) as object[])) as Value,
  intersection: (args) => args.slice(1).reduce((all, next) => common(all, next), args[0]),
  first: ([of]) => (typeof of === "string" ? of.slice(0, 1) : (list(of)[0] ?? null)),
  last: ([of]) => (typeof of === "string" ? of.slice(-1) : (list(of).at(-1) ?? null)),
  skip: ([of, count]) => (typeof of === "string" ? of.slice(Number(count)) : list(of).slice(Number(count))),
  take: ([of, count]) => (typeof of === "string" ? of.slice(0, Number(count)) : list(of).slice(0, Number(count))),
  items: ([of]) =>
    Object.entries((of ?? {}) as Record<string, Value>)
      .sort(([a], [b]) => order(a, b))
      .map(([key, value]) => ({ key, value })),
  objectkeys: ([of]) => Object.keys((of ?? {}) as object).sort(),
  flatten: ([of]) => list(of).flat(),
  tryget: ([of, key]) => (isMapping(of) || Array.isArray(of) ? ((of as Record<string, Value>)[text(key)] ?? null) : null),
  map: ([of, by]) => list(of).map((item, index) => (by as Lambda)(item, index)),
  filter: ([of, by]) => list(of).filter((item, index) => (by as Lambda)(item, index) === true),
  sort: ([of, by]) => [...list(of)].sort((a, b) => ((by as Lambda)(a, b) === true ? -1 : 1)),
  reduce: ([of, start, by]) => list(of).reduce((all, item) => (by as Lambda)(all, item), start),
  toobject: ([of, by, value]) =>
    Object.fromEntries(
      list(of).map((item) => [text((by as Lambda)(item)), value === undefined ? item : (value as Lambda)(item)]),
    ),
  mapvalues: ([of, by]) =>
    Object.fromEntries(Object.entries((of ?? {}) as Record<string, Value>).map(([key, value]) => [key, (by as Lambda)(value)])),
};

const IDS = new Set(["resourceid", "subscriptionresourceid", "extensionresourceid", "tenantresourceid"]);
/** Names that everything is deployed below, which are nobody's business here. */
const ROOT = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers";

/** A resource's id: what only the deployment knows of it does not matter to a gateway. */
function resourceId(args: readonly Value[]): Value {
  const at = args.findIndex((value) => shapeOf(value).includes("/") && shapeOf(value).includes("."));
  if (at < 0) return HOLE;
  const [provider, ...types] = shapeOf(args[at]).split("/");
  const names = args.slice(at + 1).flatMap((value) => shapeOf(value).split("/"));
  const pairs = types.map((type, index) => `${type}/${(names[index] ?? HOLE).replaceAll(HOLE, "unknown")}`);
  return `${ROOT}/${provider}/${pairs.join("/")}`;
}

/**
 * The value of a function that Azure Resource Manager and Bicep have alike.
 * @returns undefined for one that is not pure, or not known
 */
export function callPure(name: string, args: readonly Value[], at: number): Value {
  const key = name.toLowerCase();
  if (IDS.has(key)) return resourceId(args);
  if (Object.hasOwn(structural, key)) {
    const unknown = args.find((value) => value instanceof Unknown);
    if (unknown !== undefined && key !== "concat" && key !== "format" && key !== "createarray" && key !== "createobject")
      return unknown;
    return structural[key]!(args, at);
  }
  if (!Object.hasOwn(pure, key)) return undefined;
  const unknown = args.map(firstUnknown).find((value) => value !== null);
  if (unknown === undefined) return pure[key]!(args, at);
  // Of a text in another case as much is known as before.
  const shape = key === "tolower" ? shapeOf(args[0]).toLowerCase() : key === "trim" ? shapeOf(args[0]).trim() : null;
  return new Unknown(unknown.why, unknown.at, shape);
}
