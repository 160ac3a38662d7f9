import type { Implementation, TypeDeclaration } from "./declare.js";

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
 * Built from {@link TypeDeclaration}s by a `TypeScope` (types/scope.ts), which also makes arrays and constructed generics.
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
  readonly declaration: TypeDeclaration | null;
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
