import type { ReadOnlyDictionaryProtocol } from "../../dotnet/collections/protocol.js";
import { JObject } from "../../dotnet/newtonsoft/object.js";
import { NetException, raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { deleteMember, getMember, hasMember, keysOf, noMember, setMember } from "./access.js";
import { callFunction } from "./functions.js";
import { listMethods } from "./list.js";
import { regexMethods, ScriptRegex } from "./regex.js";
import { textMethods } from "./text.js";
import {
  add,
  arrayOf,
  compareValues,
  fromNumber,
  isKeyed,
  isList,
  isTruthy,
  itemsOf,
  looseEquals,
  plain,
  strictEquals,
  toNumber,
  toText,
  toTextOrNull,
  toToken,
  typeName,
} from "./values.js";

type Args = NetArray;

/**
 * The operators of scripts on values whose type is not known: what a script's tree calls. Where types are known the tree has
 * the nodes of those types instead.
 */
export const operationsType: TypeDeclaration = defineType(
  "static class Turnpike.JavaScript.Operations",
  {
    "static object Add(object a, object b)": withCall((site: CallSite, a: unknown, b: unknown) => add(a, b, site)),
    "static bool StrictEquals(object a, object b)": strictEquals,
    "static bool LooseEquals(object a, object b)": looseEquals,
    "static bool Less(object a, object b)": (a: unknown, b: unknown) => compareValues(a, b) < 0,
    "static bool LessOrEqual(object a, object b)": (a: unknown, b: unknown) => compareValues(a, b) <= 0,
    "static bool Greater(object a, object b)": (a: unknown, b: unknown) => compareValues(a, b) > 0,
    "static bool GreaterOrEqual(object a, object b)": (a: unknown, b: unknown) => compareValues(a, b) >= 0,
    "static double Bits(string op, double a, double b)": bits,
    "static double Power(double a, double b)": (a: number, b: number) => a ** b,
    "static double Remainder(double a, double b)": (a: number, b: number) => a % b,
    "static bool Truthy(object value)": isTruthy,
    "static object Value(object value)": (value: unknown) => (plain(value) === null ? null : value),
    "static object Result(object value)": withCall((site: CallSite, value: unknown) => {
      const own = plain(value);
      return typeof own === "number" ? fromNumber(own, site.scope) : own === null || typeof own !== "object" ? own : value;
    }),
    "static double ToNumber(object value)": toNumber,
    "static double ToInteger(double value)": toInteger,
    "static object FromNumber(double value)": withCall((site: CallSite, value: number) => fromNumber(value, site.scope)),
    "static string ToText(object value)": withCall((site: CallSite, value: unknown) => toText(value, site)),
    "static string ToTextOrNull(object value)": withCall((site: CallSite, value: unknown) => toTextOrNull(value, site)),
    "static string TypeOf(object value)": typeName,
    "static object Get(object target, object key)": withCall((site: CallSite, target: unknown, key: unknown) =>
      getMember(target, key, site),
    ),
    "static object Set(object target, object key, object value)": withCall(
      (site: CallSite, target: unknown, key: unknown, value: unknown) => setMember(target, key, value, site),
    ),
    "static bool Delete(object target, object key)": withCall((site: CallSite, target: unknown, key: unknown) =>
      deleteMember(target, key, site),
    ),
    "static bool Has(object target, object key)": withCall((site: CallSite, target: unknown, key: unknown) =>
      hasMember(target, key, site),
    ),
    "static object Invoke(object callee, object[] args)": withCall((site: CallSite, callee: unknown, args: Args) => {
      site.run.step();
      return callFunction(callee, args.items as unknown[]);
    }),
    "static object Call(object target, string name, object[] args)": withCall(
      (site: CallSite, target: unknown, name: string, args: Args) => callMethod(target, name, args.items as unknown[], site),
    ),
    "static object List(object[] items)": withCall((site: CallSite, items: Args) => arrayOf(items.items as unknown[], site)),
    "static object Spread(object[] parts, string spread)": withCall((site: CallSite, parts: Args, spread: string) =>
      arrayOf(spreadItems(parts.items as unknown[], spread, site), site),
    ),
    "static object Record(string[] keys, object[] values)": withCall((site: CallSite, keys: Args, values: Args) =>
      record(keys.items as (string | null)[], values.items as unknown[], site),
    ),
    "static object[] Items(object value)": withCall((site: CallSite, value: unknown) => arrayToEnumerate(value, site)),
    "static object RegExp(string pattern, string flags)": withCall((site: CallSite, pattern: string, flags: string) =>
      ScriptRegex.of(pattern, flags, site),
    ),
    "static System.Exception Error(object message)": withCall((site: CallSite, message: unknown) => toException(message, site)),
  },
  { unnamed: true },
);

function bits(operator: string, a: number, b: number): number {
  switch (operator) {
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case ">>>":
      return a >>> b;
    default:
      return ~a;
  }
}

/** A number for a .NET parameter of an integral type. */
function toInteger(value: number): number {
  if (Number.isInteger(value)) return value;
  throw raise.format(`${value} is no whole number.`);
}

/** What `throw` throws: an error as it is, anything else as an error's message. */
function toException(value: unknown, site: CallSite): NetException {
  return value instanceof NetException ? value : new NetException("System.Exception", toText(value, site));
}

/** Items to go over, as they stand when the loop begins. */
function arrayToEnumerate(value: unknown, site: CallSite): NetArray {
  const target = plain(value);
  if (target === null) throw raise.nullReference();
  const items = typeof target === "string" ? characters(target, site) : isList(target) ? itemsOf(target, site) : null;
  if (items === null) throw noMember(target, "Symbol.iterator", site);
  site.run.allocate(items.length * Weight.item);
  return new NetArray(site.scope.find("System.Object")!, [...items]);
}

function characters(text: string, site: CallSite): string[] {
  site.run.allocate(text.length * Weight.item);
  return [...text];
}

/** `[a, ...b]`: `spread` has an `s` for each part that is to be taken apart. */
function spreadItems(parts: readonly unknown[], spread: string, site: CallSite): unknown[] {
  return parts.flatMap((part, i) => (spread[i] === "s" ? (arrayToEnumerate(part, site).items as unknown[]) : [part]));
}

/** `{ a: 1, ...b }`: a null key spreads its value. */
function record(keys: readonly (string | null)[], values: readonly unknown[], site: CallSite): JObject {
  const object = new JObject();
  keys.forEach((key, i) => {
    if (key !== null) object.put(key, toToken(values[i], site), site.run);
    else if (plain(values[i]) !== null)
      for (const name of keysOf(values[i], site)) object.put(name, toToken(getMember(values[i], name, site), site), site.run);
  });
  return object;
}

function callMethod(target: unknown, name: string, args: readonly unknown[], site: CallSite): unknown {
  site.run.step();
  const own = plain(target);
  if (own === null) throw raise.nullReference();
  if (typeof own === "string") {
    const method = textMethods.get(name);
    if (method !== undefined) return method(own, args, site);
  } else if (own instanceof ScriptRegex) {
    const method = regexMethods.get(name);
    if (method !== undefined) return method(own, args, site);
  } else if (isKeyed(own)) return keyedMethod(own as object, name, args, site);
  else if (isList(own)) {
    const method = listMethods.get(name);
    if (method !== undefined) return method(own, args, site);
  } else if (typeof own === "number") {
    if (name === "toFixed") return own.toFixed(Math.min(Math.max(Math.trunc(toNumber(args[0] ?? 0)), 0), 100));
    if (name === "toString") return plain(args[0]) === null ? String(own) : own.toString(radix(args[0]));
  }
  if (name === "toString") return toText(own, site);
  throw noMember(own, name, site);
}

function radix(value: unknown): number {
  const number = toNumber(value);
  if (number >= 2 && number <= 36) return Math.trunc(number);
  throw raise.argumentOutOfRange("radix");
}

function keyedMethod(target: object, name: string, args: readonly unknown[], site: CallSite): unknown {
  switch (name) {
    case "hasOwnProperty":
    case "has":
    case "containsKey":
      return hasMember(target, args[0], site);
    case "getValueOrDefault":
      return hasMember(target, args[0], site) ? getMember(target, args[0], site) : (args[1] ?? null);
    case "toString":
      return toText(target, site);
    default:
  }
  const member = (target as Partial<ReadOnlyDictionaryProtocol>).lookup?.(name);
  if (typeof member === "function") return callFunction(member, args);
  throw noMember(target, name, site);
}
