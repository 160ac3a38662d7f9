import type { Run } from "../runtime/run.js";
import type { DeclaredType } from "./header.js";

/** Kinds of types, those that no declaration makes among them. */
export type TypeKind =
  | "class"
  | "struct"
  | "interface"
  | "enum"
  | "delegate"
  | "array"
  | "parameter"
  | "void"
  | "null"
  | "anonymous";

/**
 * A .NET type as the binder and the runtime see it. Interned: equal types are the same object, so compare with `===`.
 * Built from declarations (types/declare.ts) by a `TypeScope` (types/scope.ts), which also makes arrays and constructed generics.
 */
export interface NetType {
  readonly kind: TypeKind;
  /** As C# writes it: `int`, `List<string>`, `string[]`, `int?`. */
  readonly name: string;
  /** As .NET's `Type.ToString()` writes it: ``System.Collections.Generic.List`1[System.String]``. */
  readonly fullName: string;
  /** Namespace and name without type arguments: `System.Collections.Generic.List`; arrays: `System.Array`. */
  readonly definitionName: string;
  readonly isValueType: boolean;
  readonly isStatic: boolean;
  readonly isAbstract: boolean;
  /** `[Flags]` on an enum. */
  readonly isFlags: boolean;
  readonly declaration: DeclaredType | null;
  /** The scope that made the type: makes arrays and constructed types of it, and finds other types by name. */
  readonly scope: TypeScopeView;
  /** Type arguments of a constructed generic; empty otherwise. An unbound definition has its own parameters as arguments. */
  readonly arguments: readonly NetType[];
  readonly baseType: NetType | null;
  /** All interfaces, those of base types and inherited ones included. */
  readonly interfaces: readonly NetType[];
  /** Of arrays: element type and number of dimensions. */
  readonly elementType: NetType | null;
  readonly rank: number;
  /** Of `Nullable<T>`: T; null otherwise. */
  readonly underlying: NetType | null;
  /** Of delegates: parameters and result of `Invoke`. */
  readonly invoke: MethodSymbol | null;
  /** Members declared in this very type (not in bases) under a name, with type arguments substituted. */
  members(name: string): readonly MemberSymbol[];
  /** The names of all members declared in this very type, for suggestions and docs. */
  memberNames(): readonly string[];
  /** True if a value of this type is also one of `other`: identity, base class, interface, variance; no conversions. */
  isAssignableTo(other: NetType): boolean;
  toString(): string;
}

/** What a type needs from its scope at run time. */
export interface TypeScopeView {
  /** A type by its full name without arguments (`System.Collections.Generic.List`) and its number of parameters. */
  find(fullName: string, arity?: number): NetType | null;
  /** The constructed type `definition<args>`. */
  construct(definition: NetType, args: readonly NetType[]): NetType;
  arrayOf(element: NetType, rank?: number): NetType;
  nullableOf(value: NetType): NetType;
}

/**
 * What an implementation may need besides its arguments. Only implementations wrapped by `withCall` receive it.
 */
export interface CallSite {
  /** The evaluation at hand: limits to charge, clock, randomness. */
  readonly run: Run;
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
 * arrives as a `Reference`. A `params` argument arrives as one `NetArray`. Omitted optional arguments arrive with their
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

/** A parameter of a method, delegate or indexer. */
export interface ParameterSymbol {
  readonly name: string;
  readonly type: NetType;
  readonly mode: "in" | "out" | "ref" | "params";
  /** Present on optional parameters: the raw default. */
  readonly defaultValue?: { readonly value: unknown };
}

interface MemberBase {
  readonly name: string;
  readonly declaringType: NetType;
  readonly isStatic: boolean;
  readonly implementation: Implementation;
  /** `System.String.Substring`: what a compiled expression lists among the members it uses. */
  readonly id: string;
}

/** A method, constructor, operator or conversion of a type. */
export interface MethodSymbol extends MemberBase {
  readonly kind: "method" | "constructor" | "operator" | "conversion";
  /** `op_Addition` style is not used: an operator's name is its token (`+`), a conversion's `implicit` or `explicit`. */
  readonly parameters: readonly ParameterSymbol[];
  readonly returnType: NetType;
  readonly typeParameters: readonly NetType[];
  /** What a constructed generic method was constructed with; empty otherwise. */
  readonly typeArguments: readonly NetType[];
  readonly isExtension: boolean;
  /** The method as declared, before any type arguments were put in; a method of a type that is not generic: itself. */
  readonly definition: MethodSymbol;
  /** For generic methods: the same method with type arguments put in. */
  construct(typeArguments: readonly NetType[]): MethodSymbol;
}

/** A property or indexer of a type. */
export interface PropertySymbol extends MemberBase {
  readonly kind: "property";
  readonly type: NetType;
  /** Empty but for indexers, whose name is `this[]`. */
  readonly parameters: readonly ParameterSymbol[];
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** A constant of a type, or a value of an enum. */
export interface ConstantSymbol extends MemberBase {
  readonly kind: "constant";
  readonly type: NetType;
  /** The raw value. */
  readonly value: unknown;
}

/** A member of a type. */
export type MemberSymbol = MethodSymbol | PropertySymbol | ConstantSymbol;
