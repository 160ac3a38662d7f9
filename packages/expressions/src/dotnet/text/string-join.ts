import { raise } from "../../runtime/exceptions.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { box, enumerate, toText } from "../object.js";
import { formatComposite } from "./composite-format.js";

/** The members of System.String that build a text from several: Join, Concat, Format. */

function itemsOf(values: NetArray | null, parameter: string): readonly unknown[] {
  if (values === null) throw raise.argumentNull(parameter);
  return values.items as unknown[];
}

/** Joins values in object form; null counts as "". Charges each part before it is added. */
function join(site: CallSite, separator: string | null, values: Iterable<unknown>): string {
  const between = separator ?? "";
  const joined: string[] = [];
  let parts: string[] = [];
  for (const value of values) {
    const part = toText(value);
    site.run.step();
    site.run.allocate(part.length + between.length);
    if (parts.length === BATCH) {
      joined.push(parts.join(between));
      parts = [];
    }
    parts.push(part);
  }
  joined.push(parts.join(between));
  return joined.join(between);
}

/** Parts that are joined at a time: one by one, each would keep an object that takes more than its text. */
const BATCH = 1_024;

/** The elements of an `IEnumerable<T>` in object form, T being the method's type argument. */
function boxed(site: CallSite, values: unknown): Iterable<unknown> {
  if (values === null) throw raise.argumentNull("values");
  const type = site.typeArguments[0]!;
  const source = enumerate(values);
  return type.isValueType ? boxEach(source, type) : source;
}

function* boxEach(values: Iterable<unknown>, type: CallSite["typeArguments"][number]): Iterable<unknown> {
  for (const value of values) yield box(value, type);
}

function joinRange(site: CallSite, separator: string | null, values: NetArray | null, start: number, count: number): string {
  const items = itemsOf(values, "value");
  if (start < 0) throw raise.argumentOutOfRange("startIndex", "StartIndex cannot be less than zero.");
  if (count < 0) throw raise.argumentOutOfRange("count", "Count cannot be less than zero.");
  if (start > items.length - count)
    throw raise.argumentOutOfRange("startIndex", "Index and count must refer to a location within the buffer.");
  return join(site, separator, items.slice(start, start + count));
}

function format(site: CallSite, pattern: string | null, values: readonly unknown[]): string {
  if (pattern === null) throw raise.argumentNull("format");
  return formatComposite(site.run, pattern, values);
}

const concat = (count: number): Implementation =>
  withCall((site, ...values: unknown[]) => join(site, null, values.slice(0, count)));

const formatWith = (skip: number): Implementation =>
  withCall((site, ...all: unknown[]) => format(site, all[skip] as string | null, all.slice(skip + 1)));

const formatArray = (site: CallSite, pattern: string | null, values: NetArray | null) => {
  if (pattern === null) throw raise.argumentNull("format");
  return format(site, pattern, itemsOf(values, "args"));
};

/** Members of System.String that join, concatenate and format. */
export const joinMembers: Record<string, Implementation> = {
  "static string Join(string separator, params string[] value)": withCall(
    (site, separator: string | null, values: NetArray | null) => join(site, separator, itemsOf(values, "value")),
  ),
  "static string Join(string separator, params object[] values)": withCall(
    (site, separator: string | null, values: NetArray | null) => join(site, separator, itemsOf(values, "values")),
  ),
  "static string Join(string separator, System.Collections.Generic.IEnumerable<string> values)": withCall(
    (site, separator: string | null, values: unknown) => {
      if (values === null) throw raise.argumentNull("values");
      return join(site, separator, enumerate(values));
    },
  ),
  "static string Join<T>(string separator, System.Collections.Generic.IEnumerable<T> values)": withCall(
    (site, separator: string | null, values: unknown) => join(site, separator, boxed(site, values)),
  ),
  "static string Join(string separator, string[] value, int startIndex, int count)": withCall(joinRange),
  "static string Concat(object arg0)": concat(1),
  "static string Concat(object arg0, object arg1)": concat(2),
  "static string Concat(object arg0, object arg1, object arg2)": concat(3),
  "static string Concat(params object[] args)": withCall((site, values: NetArray | null) =>
    join(site, null, itemsOf(values, "args")),
  ),
  "static string Concat(string str0, string str1)": concat(2),
  "static string Concat(string str0, string str1, string str2)": concat(3),
  "static string Concat(string str0, string str1, string str2, string str3)": concat(4),
  "static string Concat(params string[] values)": withCall((site, values: NetArray | null) =>
    join(site, null, itemsOf(values, "values")),
  ),
  "static string Concat(System.Collections.Generic.IEnumerable<string> values)": withCall((site, values: unknown) => {
    if (values === null) throw raise.argumentNull("values");
    return join(site, null, enumerate(values));
  }),
  "static string Concat<T>(System.Collections.Generic.IEnumerable<T> values)": withCall((site, values: unknown) =>
    join(site, null, boxed(site, values)),
  ),
  "static string Format(string format, object arg0)": formatWith(0),
  "static string Format(string format, object arg0, object arg1)": formatWith(0),
  "static string Format(string format, object arg0, object arg1, object arg2)": formatWith(0),
  "static string Format(string format, params object[] args)": withCall(formatArray),
  "static string Format(IFormatProvider provider, string format, object arg0)": formatWith(1),
  "static string Format(IFormatProvider provider, string format, object arg0, object arg1)": formatWith(1),
  "static string Format(IFormatProvider provider, string format, object arg0, object arg1, object arg2)": formatWith(1),
  "static string Format(IFormatProvider provider, string format, params object[] args)": withCall(
    (site, _provider: unknown, pattern: string | null, values: NetArray | null) => formatArray(site, pattern, values),
  ),
};
