import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { compareFunction } from "../collections/ordering.js";
import { enumerate } from "../object.js";
import { type NumericOperations, numericOperations } from "./arithmetic.js";
import { type Fn, itemsOf, noElements, notNull } from "./sequence.js";

/** Sum, Average, Min, Max: for all numeric types, nullable ones, and through selectors. */

type Values = Iterable<unknown>;

/** The numbers of a sequence, or what a selector makes of its items. */
function* numbers(site: CallSite, source: unknown, selector: Fn | null): Generator<unknown> {
  if (selector !== null) for (const item of itemsOf(site, source)) yield selector(item);
  else
    for (const item of enumerate(source)) {
      site.run.step();
      yield item;
    }
}

function sum(values: Values, by: NumericOperations): unknown {
  let result = by.zero;
  for (const value of values) if (value !== null) result = by.add(result, value);
  return by.total(result);
}

function average(values: Values, by: NumericOperations, isNullable: boolean): unknown {
  let result = by.zero;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    result = by.gather(result, value);
    count++;
  }
  if (count > 0) return by.average(result, count);
  if (isNullable) return null;
  throw noElements();
}

/** NaN is less than every number, as in `Comparer<double>.Default`. */
function extreme(values: Values, isLess: (a: unknown, b: unknown) => boolean, wantsLeast: boolean, isNullable: boolean): unknown {
  let best: unknown = null;
  for (const value of values) {
    if (value === null) continue;
    if (best === null) best = value;
    else if (wantsLeast ? isLess(value, best) || Number.isNaN(value) : isLess(best, value) || Number.isNaN(best)) best = value;
  }
  if (best === null && !isNullable) throw noElements();
  return best;
}

type Fold = (values: Values, by: NumericOperations, isNullable: boolean) => unknown;

/** The forms of a fold for all numeric types. `resultOf` tells what it makes of a type. */
function forms(name: string, fold: Fold, resultOf: (type: string) => string): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const [type, by] of Object.entries(numericOperations))
    for (const mark of ["", "?"]) {
      const isNullable = mark === "?";
      const head = `static ${resultOf(type)}${mark} ${name}`;
      members[`${head}(this IEnumerable<${type}${mark}> source)`] = withCall((site, source: unknown) =>
        fold(numbers(site, notNull(source, "source"), null), by, isNullable),
      );
      members[`${head}<TSource>(this IEnumerable<TSource> source, Func<TSource, ${type}${mark}> selector)`] = withCall(
        (site, source: unknown, selector: Fn | null) =>
          fold(numbers(site, notNull(source, "source"), notNull(selector, "selector")), by, isNullable),
      );
    }
  return members;
}

const same = (type: string) => type;

/** `Min<TSource>` and `Max<TSource>`: by `CompareTo`; null where nothing is there and the type has null. */
function generic(site: CallSite, type: NetType, source: unknown, selector: Fn | null, wantsLeast: boolean): unknown {
  const order = compareFunction(type, null);
  const isNullable = !type.isValueType || type.underlying !== null;
  return extreme(numbers(site, source, selector), (a, b) => order(a, b) < 0, wantsLeast, isNullable);
}

function genericForms(name: string, wantsLeast: boolean): Record<string, Implementation> {
  return {
    [`static TSource ${name}<TSource>(this IEnumerable<TSource> source)`]: withCall((site, source: unknown) =>
      generic(site, site.typeArguments[0]!, notNull(source, "source"), null, wantsLeast),
    ),
    [`static TResult ${name}<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)`]: withCall(
      (site, source: unknown, selector: Fn | null) =>
        generic(site, site.typeArguments[1]!, notNull(source, "source"), notNull(selector, "selector"), wantsLeast),
    ),
  };
}

/** `Sum`, `Average`, `Min`, `Max`. */
export const aggregateMembers: Record<string, Implementation> = {
  ...forms("Sum", sum, same),
  ...forms("Average", average, (type) => (type === "int" || type === "long" ? "double" : type)),
  ...forms("Min", (values, by, isNullable) => extreme(values, (a, b) => by.isLess(a, b), true, isNullable), same),
  ...forms("Max", (values, by, isNullable) => extreme(values, (a, b) => by.isLess(a, b), false, isNullable), same),
  ...genericForms("Min", true),
  ...genericForms("Max", false),
};
