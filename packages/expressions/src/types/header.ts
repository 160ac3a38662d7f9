/**
 * Which type a declaration declares: all that a value knows of its type's declaration, so that a value's file needs nothing of the
 * file that declares its members.
 */
export interface TypeHeader {
  /** `sealed class Namespace.Name<T> : bases`, as `types/declare.ts` explains. */
  readonly header: string;
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

/** A declaration without its members: what a type knows of it. */
export interface DeclaredType extends TypeHeader {
  readonly options: TypeOptions;
}
