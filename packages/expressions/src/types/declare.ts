import type { NetType, TypeScopeView } from "./net-type.js";

/**
 * What an implementation may need besides its arguments. Only implementations wrapped by {@link withCall} receive it.
 */
export interface CallSite {
  /** The evaluation at hand: limits to charge, clock, randomness. */
  readonly run: import("../runtime/run.js").Run;
  /** The scope that the expression was bound in: types for arrays, boxed values and collections that the implementation makes. */
  readonly scope: TypeScopeView;
  /** Type arguments of a generic method, in declaration order: for `Cast<Match>()`, `[Match]`. */
  readonly typeArguments: readonly NetType[];
  /** Type arguments of the constructed declaring type: for `new List<string>()`, `[string]`. */
  readonly declaringArguments: readonly NetType[];
}

/**
 * A function on raw .NET values (see `types/values.ts` for how each type is represented). An instance member gets its receiver
 * first, never null; an extension method its `this` parameter; a static member only its arguments. An `out`/`ref` argument
 * arrives as a {@link Reference}. A `params` argument arrives as one `NetArray`. Omitted optional arguments arrive with their
 * declared defaults.
 */
export type PlainImplementation = (...args: never[]) => unknown;

/** An implementation that is given its {@link CallSite} before all other arguments. */
export type CallImplementation = { readonly call: (site: CallSite, ...args: never[]) => unknown };

/** A get/set pair for properties and indexers that can be assigned. The value comes last in `set`. */
export interface AccessorImplementation {
  readonly get: PlainImplementation | CallImplementation;
  readonly set: PlainImplementation | CallImplementation;
}

/** The value of a `const` member or of an enum member, in raw form. */
export type ConstantImplementation = { readonly constant: string | number | bigint | boolean | null | object };

/** What stands behind a member of a declared type. */
export type Implementation = PlainImplementation | CallImplementation | AccessorImplementation | ConstantImplementation;

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

/** What a declaration says beside its header and members. */
export interface TypeOptions {
  /**
   * True for types outside the documented list (`Func`, `CultureInfo`, exception classes …): the binder knows them, so that
   * listed members that mention them can be declared, and refuses to name them in an expression unless the caller allows it.
   */
  readonly beyond?: boolean;
  /** True if no expression may name the type at all: it exists only as the type of values (iterators, `MatchCollection`). */
  readonly unnamed?: boolean;
  /**
   * The raw value of `default(T)` of a struct, or a function that makes it of the constructed type; for other types it is null,
   * and for the primitive types 0, false or '\0'.
   */
  readonly zero?: unknown;
  /** The raw value of a whole number that stands as a parameter's default, where it is no number itself: of `decimal`. */
  readonly whole?: (value: number) => unknown;
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
export class TypeDeclaration {
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
