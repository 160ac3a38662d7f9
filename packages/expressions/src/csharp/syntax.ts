import type { Diagnostic, Place } from "../diagnostics/diagnostic.js";

/**
 * A node of the syntax tree of C# 7 function bodies, as the parser makes it and the binder reads it. `start` and `end` are offsets
 * into the source given to the parser.
 */
export type Node = Place;

/** A type as it is written. */
export type TypeSyntax =
  /** `string`, `Jwt`, `System.Text.Encoding`, `List<int>`, `var`: dotted parts, each with its type arguments. */
  | (Node & { readonly kind: "NamedType"; readonly parts: readonly NamePart[] })
  | (Node & { readonly kind: "ArrayType"; readonly element: TypeSyntax; readonly rank: number })
  | (Node & { readonly kind: "NullableType"; readonly element: TypeSyntax })
  /** `(int a, string b)`: parsed so that the binder can refuse it by name. */
  | (Node & {
      readonly kind: "TupleType";
      readonly elements: readonly { readonly type: TypeSyntax; readonly name: string | null }[];
    });

/** A part of a dotted name, with its type arguments. */
export interface NamePart extends Node {
  readonly name: string;
  /** Null where none are written; omitted arguments (`typeof(List<>)`) are null entries. */
  readonly typeArguments: readonly (TypeSyntax | null)[] | null;
}

/** An expression of C# 7. */
export type Expression =
  | Literal
  | (Node & { readonly kind: "InterpolatedString"; readonly parts: readonly InterpolationPart[] })
  /** An identifier, with type arguments if it names a generic method or type: `x`, `Foo<int>`. Predefined types (`int`) come as `PredefinedType`. */
  | (Node & { readonly kind: "Name"; readonly name: string; readonly typeArguments: readonly TypeSyntax[] | null })
  | (Node & { readonly kind: "PredefinedType"; readonly name: string })
  /** `a.b`, `a.b<int>`; `nameEnd`… the place of the member's name. */
  | (Node & {
      readonly kind: "Member";
      readonly target: Expression;
      readonly name: string;
      readonly nameStart: number;
      readonly typeArguments: readonly TypeSyntax[] | null;
    })
  | (Node & { readonly kind: "Invocation"; readonly callee: Expression; readonly arguments: readonly Argument[] })
  | (Node & { readonly kind: "Index"; readonly target: Expression; readonly arguments: readonly Argument[] })
  /**
   * `a?.b.c[0]`: `target` is `a`; `access` is the rest of the chain, in which a `ConditionalReceiver` stands for the value of `a`.
   */
  | (Node & {
      readonly kind: "ConditionalAccess";
      readonly target: Expression;
      readonly access: Expression;
      readonly operatorStart: number;
    })
  | (Node & { readonly kind: "ConditionalReceiver" })
  | (Node & { readonly kind: "Parenthesized"; readonly expression: Expression })
  | (Node & { readonly kind: "Cast"; readonly type: TypeSyntax; readonly operand: Expression })
  | (Node & { readonly kind: "Unary"; readonly operator: "+" | "-" | "!" | "~"; readonly operand: Expression })
  | (Node & {
      readonly kind: "Increment";
      readonly operator: "++" | "--";
      readonly prefix: boolean;
      readonly operand: Expression;
    })
  | (Node & {
      readonly kind: "Binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly operatorStart: number;
    })
  | (Node & { readonly kind: "Is"; readonly operand: Expression; readonly pattern: Pattern })
  | (Node & { readonly kind: "As"; readonly operand: Expression; readonly type: TypeSyntax })
  | (Node & {
      readonly kind: "Conditional";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      readonly operatorStart: number;
    })
  /** `=`, `+=` … */
  | (Node & {
      readonly kind: "Assignment";
      readonly operator: "=" | CompoundOperator;
      readonly target: Expression;
      readonly value: Expression;
    })
  | Lambda
  | (Node & {
      readonly kind: "New";
      readonly type: TypeSyntax;
      readonly arguments: readonly Argument[] | null;
      readonly initializer: Initializer | null;
    })
  | (Node & {
      readonly kind: "NewAnonymous";
      readonly members: readonly { readonly name: string | null; readonly value: Expression }[];
    })
  /** `new int[3]`, `new[] { 1, 2 }` (elementType null), `new string[2, 3]`, `new int[] { … }`. */
  | (Node & {
      readonly kind: "NewArray";
      readonly elementType: TypeSyntax | null;
      readonly lengths: readonly Expression[];
      readonly rank: number;
      readonly initializer: ArrayInitializer | null;
    })
  /** `{ 1, 2 }` where a declaration gives the array type: `int[] a = { 1, 2 };` */
  | ArrayInitializer
  | (Node & { readonly kind: "TypeOf"; readonly type: TypeSyntax })
  | (Node & { readonly kind: "NameOf"; readonly expression: Expression })
  /** `default(T)`; `type` is null for the bare `default` literal. */
  | (Node & { readonly kind: "Default"; readonly type: TypeSyntax | null })
  | (Node & { readonly kind: "Checked"; readonly checked: boolean; readonly expression: Expression })
  | (Node & { readonly kind: "Throw"; readonly expression: Expression })
  | (Node & { readonly kind: "Query"; readonly clauses: readonly QueryClause[] })
  /** `(a, b)`: parsed so that the binder can refuse it by name. */
  | (Node & { readonly kind: "Tuple"; readonly elements: readonly Argument[] })
  /** `out var x`, `out int x`: only as an argument. `type` is null for `var`; name is null for the discard `_`. */
  | (Node & { readonly kind: "DeclarationExpression"; readonly type: TypeSyntax | null; readonly name: string | null })
  /** What could not be parsed; a diagnostic has been given. */
  | (Node & { readonly kind: "Missing" });

/** A literal with its value. */
export interface Literal extends Node {
  readonly kind: "Literal";
  /**
   * Raw forms: string, boolean, null; char as its UTF-16 code; int/uint/double/float as number; long/ulong as bigint; decimal as
   * the digits as written, without suffix and `_`.
   */
  readonly value: string | number | bigint | boolean | null;
  readonly type: "string" | "char" | "bool" | "null" | "int" | "uint" | "long" | "ulong" | "double" | "float" | "decimal";
}

/** A part of an interpolated string: text, or a hole with its expression. */
export type InterpolationPart =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "hole";
      readonly expression: Expression;
      readonly alignment: Expression | null;
      readonly format: string | null;
    };

/** An argument of a call or indexer. */
export interface Argument extends Node {
  readonly name: string | null;
  readonly mode: "value" | "ref" | "out";
  readonly value: Expression;
}

/** Operators between two operands. */
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "<<"
  | ">>"
  | "&"
  | "|"
  | "^"
  | "&&"
  | "||"
  | "??"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">=";

/** Operators that compute and assign. */
export type CompoundOperator = "+=" | "-=" | "*=" | "/=" | "%=" | "<<=" | ">>=" | "&=" | "|=" | "^=";

/** A lambda or an anonymous method. */
export interface Lambda extends Node {
  readonly kind: "Lambda";
  /** `delegate { … }` without a parameter list has null. */
  readonly parameters: readonly LambdaParameter[] | null;
  readonly body: Expression | Block;
}

/** A parameter of a lambda; its type may be left out. */
export interface LambdaParameter extends Node {
  readonly type: TypeSyntax | null;
  readonly name: string;
  readonly mode: "value" | "ref" | "out";
}

/** After `new T(...)`. */
export type Initializer =
  | (Node & { readonly kind: "ObjectInitializer"; readonly members: readonly MemberInitializer[] })
  /** Each element is the argument list of one `Add` call. */
  | (Node & { readonly kind: "CollectionInitializer"; readonly elements: readonly (readonly Expression[])[] });

/** What an object initializer sets. */
export interface MemberInitializer extends Node {
  /** `Name = value` or `[index, …] = value`; the value may itself be an initializer. */
  readonly target:
    | { readonly kind: "member"; readonly name: string }
    | { readonly kind: "index"; readonly arguments: readonly Argument[] };
  readonly value: Expression | Initializer;
}

/** `{ a, b }` as an array's elements. */
export interface ArrayInitializer extends Node {
  readonly kind: "ArrayInitializer";
  readonly elements: readonly Expression[];
}

/** A pattern behind `is` or `case`. */
export type Pattern =
  | (Node & { readonly kind: "TypePattern"; readonly type: TypeSyntax })
  /** `is T x`, `case T x`; name null for `T _`. `type` null for `var x`. */
  | (Node & { readonly kind: "DeclarationPattern"; readonly type: TypeSyntax | null; readonly name: string | null })
  | (Node & { readonly kind: "ConstantPattern"; readonly value: Expression })
  /**
   * A dotted name in pattern position, which only the binder can tell to be a type or a constant: `is Formatting.None`, `is Foo`.
   */
  | (Node & { readonly kind: "NamePattern"; readonly type: TypeSyntax; readonly value: Expression });

/** A clause of a query expression. */
export type QueryClause =
  | (Node & { readonly kind: "From"; readonly type: TypeSyntax | null; readonly name: string; readonly source: Expression })
  | (Node & { readonly kind: "Let"; readonly name: string; readonly value: Expression })
  | (Node & { readonly kind: "Where"; readonly condition: Expression })
  | (Node & {
      readonly kind: "Join";
      readonly type: TypeSyntax | null;
      readonly name: string;
      readonly source: Expression;
      readonly left: Expression;
      readonly right: Expression;
      readonly into: string | null;
    })
  | (Node & { readonly kind: "OrderBy"; readonly keys: readonly { readonly key: Expression; readonly descending: boolean }[] })
  | (Node & { readonly kind: "Select"; readonly value: Expression })
  | (Node & { readonly kind: "GroupBy"; readonly element: Expression; readonly key: Expression })
  | (Node & { readonly kind: "Into"; readonly name: string });

/** Statements in braces. */
export interface Block extends Node {
  readonly kind: "Block";
  readonly statements: readonly Statement[];
}

/** One of the variables that a declaration names. */
export interface Declarator extends Node {
  readonly name: string;
  readonly value: Expression | null;
}

/** A statement of C# 7. */
export type Statement =
  | Block
  /** `type` is a NamedType `var` for implicitly typed locals. */
  | (Node & {
      readonly kind: "LocalDeclaration";
      readonly isConst: boolean;
      /** `ref int y = ref x;`: another name for a variable; the declarators' values are the variables. */
      readonly isRef?: true;
      readonly type: TypeSyntax;
      readonly declarators: readonly Declarator[];
    })
  | (Node & { readonly kind: "ExpressionStatement"; readonly expression: Expression })
  | (Node & {
      readonly kind: "If";
      readonly condition: Expression;
      readonly then: Statement;
      readonly otherwise: Statement | null;
    })
  | (Node & { readonly kind: "While"; readonly condition: Expression; readonly body: Statement })
  | (Node & { readonly kind: "DoWhile"; readonly body: Statement; readonly condition: Expression })
  | (Node & {
      readonly kind: "For";
      readonly declaration: Statement | null;
      readonly initializers: readonly Expression[];
      readonly condition: Expression | null;
      readonly updates: readonly Expression[];
      readonly body: Statement;
    })
  | (Node & {
      readonly kind: "ForEach";
      readonly type: TypeSyntax;
      readonly name: string;
      readonly source: Expression;
      readonly body: Statement;
    })
  | (Node & { readonly kind: "Switch"; readonly value: Expression; readonly sections: readonly SwitchSection[] })
  | (Node & { readonly kind: "Return"; readonly value: Expression | null })
  | (Node & { readonly kind: "Break" })
  | (Node & { readonly kind: "Continue" })
  | (Node & {
      readonly kind: "Goto";
      readonly target: "case" | "default" | "label";
      readonly value: Expression | null;
      readonly label: string | null;
    })
  | (Node & { readonly kind: "Labeled"; readonly label: string; readonly statement: Statement })
  | (Node & { readonly kind: "ThrowStatement"; readonly value: Expression | null })
  | (Node & {
      readonly kind: "Try";
      readonly block: Block;
      readonly catches: readonly CatchClause[];
      readonly finally: Block | null;
    })
  | (Node & {
      readonly kind: "Using";
      readonly declaration: Statement | null;
      readonly expression: Expression | null;
      readonly body: Statement;
    })
  | (Node & { readonly kind: "Lock"; readonly expression: Expression; readonly body: Statement })
  | (Node & { readonly kind: "CheckedStatement"; readonly checked: boolean; readonly block: Block })
  | (Node & {
      readonly kind: "LocalFunction";
      readonly returnType: TypeSyntax;
      readonly name: string;
      readonly typeParameters: readonly string[];
      readonly parameters: readonly FunctionParameter[];
      readonly body: Block | Expression;
    })
  | (Node & { readonly kind: "Empty" })
  /** What could not be parsed; a diagnostic has been given. */
  | (Node & { readonly kind: "MissingStatement" });

/** A parameter of a local function. */
export interface FunctionParameter extends Node {
  readonly type: TypeSyntax;
  readonly name: string;
  readonly mode: "value" | "ref" | "out" | "params";
  readonly defaultValue: Expression | null;
}

/** Labels of a switch and the statements behind them. */
export interface SwitchSection extends Node {
  readonly labels: readonly SwitchLabel[];
  readonly statements: readonly Statement[];
}

/** `case …:` or `default:`. */
export type SwitchLabel =
  | (Node & { readonly kind: "Default" })
  | (Node & { readonly kind: "Case"; readonly pattern: Pattern; readonly when: Expression | null });

/** A `catch` of a try statement. */
export interface CatchClause extends Node {
  /** Null for a bare `catch`. */
  readonly type: TypeSyntax | null;
  readonly name: string | null;
  readonly when: Expression | null;
  readonly block: Block;
}

/** What the parser gives: the body of the function from the context to a value. */
export interface ParseResult {
  /** `@(E)` gives an expression, `@{ S }` a block. */
  readonly body: Expression | Block;
  readonly diagnostics: readonly Diagnostic[];
}
