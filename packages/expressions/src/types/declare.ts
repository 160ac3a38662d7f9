import type { DeclaredType, TypeOptions } from "./header.js";
import type { CallImplementation, CallSite, ConstantImplementation, Implementation } from "./net-type.js";

export type { TypeHeader, TypeOptions } from "./header.js";
export type {
  AccessorImplementation,
  CallImplementation,
  CallSite,
  ConstantImplementation,
  Implementation,
  PlainImplementation,
} from "./net-type.js";

/** An `out` or `ref` argument: the implementation reads and writes `value` in raw form. */
export interface Reference<T = unknown> {
  value: T;
}

/** Marks an implementation that needs its {@link CallSite}, passed before all other arguments. */
export function withCall(call: (site: CallSite, ...args: never[]) => unknown): CallImplementation {
  return { call };
}

/** Marks the value of a `const` member. */
export function constant(value: ConstantImplementation["constant"]): ConstantImplementation {
  return { constant: value };
}

/**
 * One .NET type as declared in a table. `header` and the keys of `members` are C# signatures, parsed on first use:
 *
 *     defineType("sealed class System.Collections.Generic.List<T> : System.Collections.Generic.IList<T>", {
 *       "new()": withCall((site) => new List(site.declaringArguments[0])),
 *       "int Count { get; }": (list: List) => list.items.length,
 *       "T this[int index] { get; set; }": { get: …, set: … },
 *       "void Add(T item)": …,
 *       "static int Compare(string a, string b)": …,
 *       "const int MaxValue": constant(2147483647),
 *       "static bool TryParse(string s, out int result)": (s: string, result: Reference<number>) => …,
 *       "static string Join(string separator, params string[] values)": …,
 *       "string ToString(string format = null)": …,
 *       "static R[] Map<T, R>(this T[] items, Func<T, R> map)": …,           // `this`: an extension method
 *       "static implicit operator JToken(string value)": …,
 *       "static explicit operator int(JToken value)": …,
 *       "static TimeSpan operator -(DateTime a, DateTime b)": …,
 *     })
 *
 * Headers: `[static|abstract|sealed] class|struct|interface|enum Namespace.Name<T, U> : bases` and
 * `delegate R Namespace.Name<T, R>(T arg)`. Variance (`out T`, `in T`) may be written in interface and delegate headers. Types in
 * signatures may be written short if they stand in an imported namespace (see `types/scope.ts`), in full otherwise.
 *
 * There is no overriding: an implementation declared on a base class or interface must itself be polymorphic, by calling
 * JavaScript methods of the runtime object. Every type inherits System.Object's members without declaring them.
 */
export class TypeDeclaration implements DeclaredType {
  constructor(
    readonly header: string,
    readonly members: Readonly<Record<string, Implementation>>,
    readonly options: TypeOptions,
  ) {}
}

/** Declares a .NET type. Pure: nothing is registered; the declaration joins a `TypeScope` by being listed there. */
export function defineType(header: string, members: Record<string, Implementation>, options: TypeOptions = {}): TypeDeclaration {
  return new TypeDeclaration(header, members, options);
}

/**
 * Declares an enum: `defineEnum("System.DayOfWeek", { Sunday: 0, Monday: 1 })`. Values are int; `flags` gives combined text
 * (`"IgnoreCase, Multiline"`). Members keep their order of declaration.
 */
export function defineEnum(
  name: string,
  values: Readonly<Record<string, number>>,
  options: TypeOptions & { readonly flags?: boolean } = {},
): TypeDeclaration {
  const members = Object.fromEntries(Object.entries(values).map(([key, value]) => [`const ${key}`, constant(value)]));
  return new TypeDeclaration(`${options.flags ? "[Flags] " : ""}enum ${name}`, members, options);
}
