/**
 * The bound tree: every node typed, every name and overload resolved, conversions explicit, sugar gone. The front ends
 * (`csharp/`, `javascript/`) produce it; `compile/` turns it into closures. All values flow in raw form
 * (see types/values.ts); a `Convert` node stands wherever the form changes.
 */
import type { MethodSymbol, NetType, PropertySymbol } from "../types/net-type.js";

/** A local variable or parameter of one function. The binder mutates `captured` while it binds nested functions. */
export interface LocalSymbol {
  readonly name: string;
  readonly type: NetType;
  /** The function that declares it. */
  readonly owner: BoundFunction;
  /** Index in the owner's frame. */
  readonly slot: number;
  /** Used by a function nested in `owner`: lives in a cell that is made anew each time its `Declare` (or loop turn) runs. */
  captured: boolean;
}

/** A lambda, a local function or the whole expression. */
export interface BoundFunction {
  /** Null for the outermost one. */
  readonly parent: BoundFunction | null;
  readonly parameters: LocalSymbol[];
  /** Number of slots of a frame: parameters first. */
  slotCount: number;
  /** `ref`/`out` parameters hold a Reference in their slot; reads and writes go through it (`isReference` of their uses). */
  readonly references: Set<LocalSymbol>;
  /** Locals of enclosing functions used here or in functions nested here. */
  readonly captures: Set<LocalSymbol>;
  returnType: NetType;
  body: BoundStatement | BoundExpression;
}

interface Typed {
  readonly type: NetType;
  /** Offsets in the source, for run-time diagnostics. */
  readonly start: number;
  readonly end: number;
}

/**
 * Of a node that was written as a branch: its operator or keyword, and where that stands in the source. Nodes that the binder made for
 * other reasons have none.
 */
export interface WrittenBranch {
  readonly operator: BranchOperator;
  readonly at: number;
}

/** What parts the ways in an expression. */
export type BranchOperator = "?:" | "&&" | "||" | "??" | "?." | "if" | "loop" | "switch";

interface MayBeWritten {
  readonly branch?: WrittenBranch | undefined;
}

/** Types of arithmetic after promotion. */
export type NumericKind = "int" | "uint" | "long" | "ulong" | "float" | "double" | "decimal";

/** An expression with its type, in which every name, overload and conversion is decided. */
export type BoundExpression =
  | (Typed & { readonly kind: "Constant"; readonly value: unknown })
  /** `default(T)` of a type whose zero is not a constant. */
  | (Typed & { readonly kind: "Default" })
  | (Typed & { readonly kind: "Local"; readonly local: LocalSymbol })
  | (Typed & { readonly kind: "AssignLocal"; readonly local: LocalSymbol; readonly value: BoundExpression })
  /** A name supplied by the host, such as `context`. */
  | (Typed & { readonly kind: "Global"; readonly name: string; readonly index: number })
  | (Typed & {
      readonly kind: "Convert";
      readonly conversion: Conversion;
      readonly operand: BoundExpression;
      readonly checked: boolean;
    })
  /** `-`, `+`, `~` on promoted numbers. `lifted`: operand and result are nullable, null gives null. */
  | (Typed & {
      readonly kind: "Unary";
      readonly operator: "-" | "+" | "~";
      readonly numeric: NumericKind;
      readonly operand: BoundExpression;
      readonly checked: boolean;
      readonly lifted: boolean;
    })
  /** `!` on bool; lifted on bool?. */
  | (Typed & { readonly kind: "Not"; readonly operand: BoundExpression; readonly lifted: boolean })
  /** Arithmetic, bit operations and shifts (shift count: int), both operands promoted to `numeric`; result of `numeric`. */
  | (Typed & {
      readonly kind: "Arithmetic";
      readonly operator: "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";
      readonly numeric: NumericKind;
      readonly left: BoundExpression;
      readonly right: BoundExpression;
      readonly checked: boolean;
      readonly lifted: boolean;
    })
  /** Comparison of promoted numbers (enums and chars as int); result bool. Lifted: `==`/`!=` compare nulls, the others give false on null. */
  | (Typed & {
      readonly kind: "Compare";
      readonly operator: "==" | "!=" | "<" | ">" | "<=" | ">=";
      readonly numeric: NumericKind;
      readonly left: BoundExpression;
      readonly right: BoundExpression;
      readonly lifted: boolean;
    })
  /**
   * `==` and `!=` by JavaScript's ===: right for bool, string (by value), tests for null, and references that are neither texts nor boxes.
   */
  | (Typed & {
      readonly kind: "Same";
      readonly negated: boolean;
      readonly left: BoundExpression;
      readonly right: BoundExpression;
    })
  /** `==` and `!=` of references, both in object form: whether they are the same object. */
  | (Typed & {
      readonly kind: "SameObject";
      readonly negated: boolean;
      readonly left: BoundExpression;
      readonly right: BoundExpression;
    })
  /** `&`, `|`, `^` on bool (both sides run); lifted: three-valued on bool?. */
  | (Typed & {
      readonly kind: "Logic";
      readonly operator: "&" | "|" | "^";
      readonly left: BoundExpression;
      readonly right: BoundExpression;
      readonly lifted: boolean;
    })
  | (Typed &
      MayBeWritten & { readonly kind: "AndAlso" | "OrElse"; readonly left: BoundExpression; readonly right: BoundExpression })
  /** String concatenation of two or more parts, each a string (null counts as ""): the binder converts parts with `Text`. */
  | (Typed & { readonly kind: "Concat"; readonly parts: readonly BoundExpression[] })
  /** The text of an object (operand in object form) for concatenation and interpolation; null gives "". */
  | (Typed & {
      readonly kind: "Text";
      readonly operand: BoundExpression;
      readonly format: string | null;
      readonly alignment: number;
    })
  /** Where it stands for `&&`, `||` or `??`, `second` says which side their right operand is. */
  | (Typed & {
      readonly kind: "Conditional";
      readonly condition: BoundExpression;
      readonly then: BoundExpression;
      readonly otherwise: BoundExpression;
      readonly branch?: (WrittenBranch & { readonly second?: "then" | "otherwise" }) | undefined;
    })
  /** `left ?? right`, where left's value already has the result's form (else the binder goes through a temporary). */
  | (Typed & MayBeWritten & { readonly kind: "Coalesce"; readonly left: BoundExpression; readonly right: BoundExpression })
  /** `receiver?.…`: null if the receiver is null, otherwise `temporary` is set to it and `access` evaluated. */
  | (Typed &
      MayBeWritten & {
        readonly kind: "NullConditional";
        readonly receiver: BoundExpression;
        readonly temporary: LocalSymbol;
        readonly access: BoundExpression;
      })
  /** Evaluates `effects` in order, then `value`. Temporaries are ordinary locals of the function. */
  | (Typed & { readonly kind: "Sequence"; readonly effects: readonly BoundExpression[]; readonly value: BoundExpression })
  /**
   * A declared member. `accessor` "call" for methods, operators, conversions and constructors; "get"/"set" for properties and
   * indexers (for "set" the value is the last argument and also the node's value). `receiver` is null for static members. Instance
   * members on a null receiver throw NullReferenceException unless the receiver is a value type.
   */
  | (Typed & {
      readonly kind: "Member";
      readonly member: MethodSymbol | PropertySymbol;
      readonly accessor: "call" | "get" | "set";
      readonly receiver: BoundExpression | null;
      readonly arguments: readonly BoundArgument[];
      readonly typeArguments: readonly NetType[];
    })
  /** A call of a delegate value. */
  | (Typed & { readonly kind: "Invoke"; readonly callee: BoundExpression; readonly arguments: readonly BoundArgument[] })
  | (Typed & { readonly kind: "ArrayGet"; readonly array: BoundExpression; readonly indices: readonly BoundExpression[] })
  /** Its value is the value assigned, converted to the element type. */
  | (Typed & {
      readonly kind: "ArraySet";
      readonly array: BoundExpression;
      readonly indices: readonly BoundExpression[];
      readonly value: BoundExpression;
    })
  | (Typed & { readonly kind: "ArrayLength"; readonly array: BoundExpression })
  /** `type` is the array type; with `elements` (row by row for several dimensions), or filled with the element's zero. */
  | (Typed & {
      readonly kind: "NewArray";
      readonly lengths: readonly BoundExpression[];
      readonly elements: readonly BoundExpression[] | null;
    })
  | (Typed & { readonly kind: "NewAnonymous"; readonly names: readonly string[]; readonly values: readonly BoundExpression[] })
  | (Typed & { readonly kind: "AnonymousGet"; readonly target: BoundExpression; readonly index: number })
  /** A delegate value: `type` is the delegate type. */
  | (Typed & { readonly kind: "Lambda"; readonly function: BoundFunction })
  /** A method group converted to a delegate: arguments are passed through, receiver evaluated once. */
  | (Typed & {
      readonly kind: "MethodGroup";
      readonly method: MethodSymbol;
      readonly receiver: BoundExpression | null;
      readonly typeArguments: readonly NetType[];
    })
  /** `operand is test` for an operand in object form; result bool. */
  | (Typed & { readonly kind: "IsType"; readonly operand: BoundExpression; readonly test: NetType })
  /** `operand as type`: operand in object form, result null or the raw form of the (reference or nullable) type. */
  | (Typed & { readonly kind: "AsType"; readonly operand: BoundExpression })
  | (Typed & { readonly kind: "TypeOf"; readonly operand: NetType })
  | (Typed & { readonly kind: "Throw"; readonly value: BoundExpression });

/** What is passed for a parameter: a value, or the place that `ref` and `out` refer to. */
export type BoundArgument =
  | BoundExpression
  /** `ref`/`out` to a local. */
  | { readonly kind: "Reference"; readonly local: LocalSymbol; readonly type: NetType }
  /** `ref`/`out` to an array element. */
  | {
      readonly kind: "ElementReference";
      readonly array: BoundExpression;
      readonly indices: readonly BoundExpression[];
      readonly type: NetType;
    };

/** How a value of one type becomes one of another. */
export type Conversion =
  /** Same form, other static type: upcasts, null literal, identity. Compiled to nothing. */
  | { readonly kind: "relabel" }
  /** Between numeric types, enums and char (enums by their int). Unchecked: wraps; checked: OverflowException. */
  | { readonly kind: "numeric"; readonly from: NumericType; readonly to: NumericType }
  /** Raw value type → object form. */
  | { readonly kind: "box" }
  /** Object form → value type (exact type, else InvalidCastException; null: NullReferenceException; to `T?`: null stays null). */
  | { readonly kind: "unbox" }
  /** Reference downcast with a check by `isInstance`; null passes. */
  | { readonly kind: "cast" }
  /** `T?` → T: null throws InvalidOperationException ("Nullable object must have a value."). */
  | { readonly kind: "unwrap" }
  /** `T?` → `U?`: null stays null, otherwise `inner` is applied. T → `T?` is a relabel. */
  | { readonly kind: "lifted"; readonly inner: Conversion }
  /** A user-defined conversion becomes a `Member` node, never a Convert. */
  | { readonly kind: "delegate" };

/** Types that hold a number. */
export type NumericType = "sbyte" | "byte" | "short" | "ushort" | "char" | NumericKind;

/** A loop or switch that `break`/`continue` refer to, by identity. */
export interface JumpTarget {
  readonly name: string;
}

/** A statement whose expressions are bound and whose jumps know their targets. */
export type BoundStatement =
  | { readonly kind: "Block"; readonly statements: readonly BoundStatement[] }
  | { readonly kind: "Expression"; readonly expression: BoundExpression }
  /** Makes the local (a fresh cell if captured) and sets it; `value` null leaves the type's zero. */
  | { readonly kind: "Declare"; readonly local: LocalSymbol; readonly value: BoundExpression | null }
  | (MayBeWritten & {
      readonly kind: "If";
      readonly condition: BoundExpression;
      readonly then: BoundStatement;
      readonly otherwise: BoundStatement | null;
    })
  | (MayBeWritten & {
      readonly kind: "While" | "DoWhile";
      readonly target: JumpTarget;
      readonly condition: BoundExpression;
      readonly body: BoundStatement;
    })
  | (MayBeWritten & {
      readonly kind: "For";
      readonly target: JumpTarget;
      readonly initial: readonly BoundStatement[];
      readonly condition: BoundExpression | null;
      readonly updates: readonly BoundExpression[];
      readonly body: BoundStatement;
    })
  /**
   * `source` is any enumerable value; each element, in raw form of `elementType`, is set to `element` (a fresh cell each turn if
   * captured); `value` converts it to the loop variable's type and reads `element`.
   */
  | (MayBeWritten & {
      readonly kind: "ForEach";
      readonly target: JumpTarget;
      readonly source: BoundExpression;
      readonly elementType: NetType;
      readonly element: LocalSymbol;
      readonly local: LocalSymbol;
      readonly value: BoundExpression;
      readonly body: BoundStatement;
    })
  /**
   * `value` is evaluated once into `governing`. Sections are tried in order; a section is entered if one of its tests (each
   * a bool expression over `governing`) holds; `isDefault` if none holds anywhere. `goto case` has been resolved to a section.
   */
  | (MayBeWritten & {
      readonly kind: "Switch";
      readonly target: JumpTarget;
      readonly governing: LocalSymbol;
      readonly value: BoundExpression;
      readonly sections: readonly BoundSwitchSection[];
    })
  | { readonly kind: "GotoSection"; readonly target: JumpTarget; readonly section: number }
  /** A place that `Goto` leads to: stands in a block's own list, between its statements. */
  | { readonly kind: "Label"; readonly target: JumpTarget }
  /** Goes on behind the label, in this block or one around it. */
  | { readonly kind: "Goto"; readonly target: JumpTarget }
  | { readonly kind: "Break"; readonly target: JumpTarget }
  | { readonly kind: "Continue"; readonly target: JumpTarget }
  | { readonly kind: "Return"; readonly value: BoundExpression | null }
  | { readonly kind: "Throw"; readonly value: BoundExpression }
  | { readonly kind: "Rethrow" }
  | {
      readonly kind: "Try";
      readonly block: BoundStatement;
      readonly catches: readonly BoundCatch[];
      readonly finally: BoundStatement | null;
    }
  | { readonly kind: "Empty" };

/** A section of a switch: its tests, and the body that runs where one of them holds. */
export interface BoundSwitchSection {
  readonly tests: readonly BoundExpression[];
  /** Where each test's label stands in the source: behind `case`, up to its colon. */
  readonly labels?: readonly { readonly start: number; readonly end: number }[];
  readonly isDefault: boolean;
  readonly body: BoundStatement;
}

/** A `catch` with its type and filter. */
export interface BoundCatch {
  /** System.Exception for a bare catch. */
  readonly type: NetType;
  readonly local: LocalSymbol | null;
  readonly filter: BoundExpression | null;
  readonly body: BoundStatement;
}

/** A whole expression as bound. */
export interface BoundProgram {
  readonly function: BoundFunction;
  /** The static type of the value before its conversion to the result type: `int` for `1 + 2` with the result type `object`. */
  readonly type: NetType;
  /** Ids of all members that the program uses (`IMessageBody.As`), by which a host knows which bodies it must have ready. */
  readonly uses: ReadonlySet<string>;
}
