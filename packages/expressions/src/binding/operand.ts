import type { BoundExpression, BoundFunction, BoundStatement } from "../bound/tree.js";
import type { Diagnostic, Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType } from "../types/net-type.js";
import { errorType } from "../types/special-types.js";

/**
 * What an expression's syntax may mean before it is asked for a value: a value, or something that only its surroundings
 * make one (a method group, a lambda without types, `default`), or no value at all (a type, a namespace).
 */
export type Operand =
  | BoundExpression
  | TypeOperand
  | NamespaceOperand
  | MethodsOperand
  | LambdaOperand
  | DefaultOperand
  | ThrowOperand
  | OutVariableOperand;

/** A type's name, before a member of it is asked for. */
export interface TypeOperand extends Place {
  readonly kind: "TypeName";
  readonly type: NetType;
}

/** A namespace's name, before a type in it is asked for. */
export interface NamespaceOperand extends Place {
  readonly kind: "Namespace";
  readonly name: string;
}

/** Methods of one name, before an overload is chosen. */
export interface MethodsOperand extends Place {
  readonly kind: "Methods";
  readonly name: string;
  readonly nameStart: number;
  /** Null for static members and extension methods of no value. */
  readonly receiver: BoundExpression | null;
  /** The type that was looked in. */
  readonly type: NetType;
  readonly methods: readonly MethodSymbol[];
  readonly typeArguments: readonly NetType[] | null;
}

/** A lambda whose parameter types are not all known yet: its language binds its body when they are. */
export interface LambdaOperand extends Place {
  readonly kind: "UnboundLambda";
  /** How each parameter is written; null where the lambda leaves them all out, and so takes what is given. */
  readonly parameters: readonly { readonly mode: "value" | "ref" | "out" }[] | null;
  readonly body: Place;
  /** What has been bound, each for other types of the parameters. */
  readonly bindings: ReadonlyMap<string, LambdaBinding>;
  /** The types of the parameters where the lambda writes them; null where it leaves them to be inferred. */
  explicitTypes(): readonly NetType[] | null;
  /** The body for parameters of these types, bound once for each list of types. */
  bind(types: readonly NetType[]): LambdaBinding;
}

/** A value that a lambda may return, before the return type is known. */
export interface LambdaReturn {
  readonly node: Place;
  /** Null for `return;`. */
  readonly operand: Operand | null;
  /** Where the converted value is put; null for the body of an expression lambda. */
  readonly statement: { value: BoundExpression | null } | null;
}

/** A lambda's body, bound for certain parameter types. */
export interface LambdaBinding {
  readonly fn: BoundFunction;
  readonly returns: readonly LambdaReturn[];
  readonly block: BoundStatement | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly uses: readonly string[];
  readonly hasErrors: boolean;
  /** True if control can reach the end of a block body. */
  readonly completes: boolean;
  /** The type of the values returned; null where there is none in common, void where nothing is returned. */
  readonly inferred: NetType | null;
}

/** `default` without a type: the zero of what it is converted to. */
export interface DefaultOperand extends Place {
  readonly kind: "DefaultLiteral";
}

/** `throw` used as an expression: converts to anything. */
export interface ThrowOperand extends Place {
  readonly kind: "ThrowOperand";
  readonly value: BoundExpression;
}

/** `out var x`, `out T x`: the type may come from the parameter. */
export interface OutVariableOperand extends Place {
  readonly kind: "OutVariable";
  readonly type: NetType | null;
  readonly name: string | null;
  readonly nameStart: number;
}

const NOT_VALUES: ReadonlySet<string> = new Set([
  "TypeName",
  "Namespace",
  "Methods",
  "UnboundLambda",
  "DefaultLiteral",
  "ThrowOperand",
  "OutVariable",
]);

/** True if the operand is a value with a type of its own. */
export function isValue(operand: Operand): operand is BoundExpression {
  return !NOT_VALUES.has(operand.kind);
}

/** The operand's own type; null where it has none. */
export function typeOfOperand(operand: Operand): NetType | null {
  return isValue(operand) && operand.type.kind !== "null" ? operand.type : null;
}

/** Stands for what could not be bound. */
export function errorNode(node: Place): BoundExpression {
  return { kind: "Constant", value: null, type: errorType, start: node.start, end: node.end };
}

/** True if something is wrong that has been reported already. */
export function isError(operand: Operand): boolean {
  return isValue(operand) && operand.type === errorType;
}
