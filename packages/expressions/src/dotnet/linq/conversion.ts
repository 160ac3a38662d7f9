import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import type { NetType, TypeScopeView } from "../../types/net-type.js";
import { Boxed, NetArray } from "../../types/values.js";
import type { EqualityProtocol } from "../collections/equality.js";
import { Dictionary, HashSet, List } from "../collections/index.js";
import { arrayOfItems } from "../collections/list-type.js";
import { box, elementTypeOf, enumerate, typeOf } from "../object.js";
import { bufferOf, type Fn, itemsOf, LazySequence, lazy, notNull } from "./sequence.js";

/** ToList, ToDictionary, Cast, OfType …, and the sequences out of nothing: Range, Repeat, Empty. */

type Source = unknown;
type Comparer = EqualityProtocol | null;

/** True if a value in object form, not null, is of a type. */
function isOf(value: unknown, type: NetType, scope: TypeScopeView): boolean {
  if (value instanceof Boxed && value.type === type) return true;
  return typeOf(value, scope)?.isAssignableTo(type) ?? false;
}

/** One item of `Cast<T>`: `(T)(object)item`. */
function castItem(value: unknown, target: NetType, scope: TypeScopeView): unknown {
  const wanted = target.underlying ?? target;
  if (value === null) {
    if (target.isValueType && target.underlying === null) throw raise.nullReference();
    return null;
  }
  const isEnumOfInt =
    (wanted.kind === "enum" && typeof value === "number") ||
    (wanted.definitionName === "System.Int32" && value instanceof Boxed && value.type.kind === "enum");
  if (!isEnumOfInt && !isOf(value, wanted, scope))
    throw raise.invalidCast(typeOf(value, scope)?.fullName ?? "System.Object", wanted.fullName);
  return wanted.isValueType && value instanceof Boxed ? value.value : value;
}

/** True if a source is an `IEnumerable<T>` already. */
function isSequenceOf(source: Source, target: NetType, scope: TypeScopeView): boolean {
  const sequence = scope.construct(scope.find("System.Collections.Generic.IEnumerable", 1)!, [target]);
  return typeOf(source, scope)?.isAssignableTo(sequence) ?? false;
}

function cast(site: CallSite, source: Source): unknown {
  const from = notNull(source, "source");
  const target = site.typeArguments[0]!;
  if (isSequenceOf(from, target, site.scope)) return from;
  return lazy(site, 0, function* () {
    const type = elementTypeOf(from, site.scope);
    for (const item of enumerate(from)) {
      site.run.step();
      yield castItem(box(item, type), target, site.scope);
    }
  });
}

function ofType(site: CallSite, source: Source): unknown {
  const from = notNull(source, "source");
  const target = site.typeArguments[0]!;
  const wanted = target.underlying ?? target;
  return lazy(site, 0, function* () {
    const type = elementTypeOf(from, site.scope);
    for (const item of enumerate(from)) {
      site.run.step();
      const value = box(item, type);
      if (value === null || !isOf(value, wanted, site.scope)) continue;
      yield wanted.isValueType && value instanceof Boxed ? value.value : value;
    }
  });
}

function toDictionary(site: CallSite, source: Source, key: Fn | null, element: Fn | null, valueType: number, comparer: Comparer) {
  const from = notNull(source, "source");
  const by = notNull(key, "keySelector");
  const made = new Dictionary([site.typeArguments[1]!, site.typeArguments[valueType]!], comparer);
  for (const item of itemsOf(site, from)) {
    site.run.allocate(Weight.entry);
    made.add(by(item), element === null ? item : element(item));
  }
  return made;
}

const KEY = "this IEnumerable<TSource> source, Func<TSource, TKey> keySelector";
const COMPARER = "IEqualityComparer<TKey> comparer";
const plainDictionary = withCall((site, source: Source, key: Fn | null, comparer: Comparer = null) =>
  toDictionary(site, source, key, null, 0, comparer),
);
const elementDictionary = withCall((site, source: Source, key: Fn | null, element: Fn | null, comparer: Comparer = null) =>
  toDictionary(site, source, key, notNull(element, "elementSelector"), 2, comparer),
);
const toHashSet = withCall((site, source: Source, comparer: Comparer = null) => {
  const from = notNull(source, "source");
  const made = new HashSet(site.typeArguments[0]!, comparer);
  for (const item of itemsOf(site, from)) {
    site.run.step();
    site.run.allocate(Weight.entry);
    made.addNew(item);
  }
  return made;
});

/** `ToArray`, `ToList`, `ToHashSet`, `Cast`, `OfType`, and the sequences that `Enumerable` itself makes. */
export const conversionMembers: Record<string, Implementation> = {
  "static TSource[] ToArray<TSource>(this IEnumerable<TSource> source)": withCall((site, source: Source) => {
    const from = notNull(source, "source");
    if (from instanceof NetArray) {
      site.run.allocate(from.items.length * Weight.item);
      return new NetArray(site.typeArguments[0]!, from.items.slice());
    }
    return arrayOfItems(site.typeArguments[0]!, bufferOf(site, from));
  }),
  "static List<TSource> ToList<TSource>(this IEnumerable<TSource> source)": withCall(
    (site, source: Source) => new List(site.typeArguments[0]!, bufferOf(site, notNull(source, "source"))),
  ),
  [`static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(${KEY})`]: plainDictionary,
  [`static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(${KEY}, ${COMPARER})`]: plainDictionary,
  [`static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(${KEY}, Func<TSource, TElement> elementSelector)`]:
    elementDictionary,
  [`static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(${KEY}, Func<TSource, TElement> elementSelector, ${COMPARER})`]:
    elementDictionary,
  "static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source)": toHashSet,
  "static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source, IEqualityComparer<TSource> comparer)": toHashSet,
  "static IEnumerable<TSource> AsEnumerable<TSource>(this IEnumerable<TSource> source)": (source: Source) => source,
  "static IEnumerable<TResult> Cast<TResult>(this System.Collections.IEnumerable source)": withCall(cast),
  "static IEnumerable<TResult> OfType<TResult>(this System.Collections.IEnumerable source)": withCall(ofType),

  "static IEnumerable<int> Range(int start, int count)": withCall((site, start: number, count: number) => {
    if (count < 0 || start + count - 1 > 2147483647) throw raise.argumentOutOfRange("count");
    return new LazySequence(site.scope.find("System.Int32")!, function* () {
      for (let i = 0; i < count; i++) {
        site.run.step();
        yield start + i;
      }
    });
  }),
  "static IEnumerable<TResult> Repeat<TResult>(TResult element, int count)": withCall((site, element: unknown, count: number) => {
    if (count < 0) throw raise.argumentOutOfRange("count");
    return lazy(site, 0, function* () {
      for (let i = 0; i < count; i++) {
        site.run.step();
        yield element;
      }
    });
  }),
  "static IEnumerable<TResult> Empty<TResult>()": withCall((site) => arrayOfItems(site.typeArguments[0]!, [])),
};
