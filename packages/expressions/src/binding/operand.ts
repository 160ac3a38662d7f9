import type { BoundExpression, BoundFunction, LocalSymbol } from "../bound/tree.js";
import type { LambdaBinding } from "../csharp/binder/lambda.js";
import type { Lambda } from "../csharp/syntax.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType } from "../types/net-type.js";
import { errorType } from "../types/special-types.js";
import type { LocalScope } from "./local-scope.js";

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

interface Placed {
  readonly start: number;
  readonly end: number;
}

export interface TypeOperand extends Placed {
  readonly kind: "TypeName";
  readonly type: NetType;
}

export interface NamespaceOperand extends Placed {
  readonly kind: "Namespace";
  readonly name: string;
}

/** Methods of one name, before an overload is chosen. */
export interface MethodsOperand extends Placed {
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

/** A lambda whose parameter types are not all known yet. */
export interface LambdaOperand extends Placed {
  readonly kind: "UnboundLambda";
  readonly syntax: Lambda;
  readonly locals: LocalScope;
  readonly fn: BoundFunction;
  readonly overflow: "default" | "checked" | "unchecked";
  /** What has been bound for which parameter types. */
  readonly bindings: Map<string, LambdaBinding>;
  /** Range variables of a query: what names mean inside, in terms of the parameters. */
  readonly rangeVariables: readonly RangeVariable[] | null;
}

/** A query's variable inside a lambda: a parameter, or a member of one of its transparent objects. */
export interface RangeVariable {
  readonly name: string;
  /** Index of the lambda's parameter. */
  readonly parameter: number;
  readonly path: readonly string[];
}

export interface DefaultOperand extends Placed {
  readonly kind: "DefaultLiteral";
}

/** `throw` used as an expression: converts to anything. */
export interface ThrowOperand extends Placed {
  readonly kind: "ThrowOperand";
  readonly value: BoundExpression;
}

/** `out var x`, `out T x`: the type may come from the parameter. */
export interface OutVariableOperand extends Placed {
  readonly kind: "OutVariable";
  readonly type: NetType | null;
  readonly name: string | null;
  readonly nameStart: number;
}

/** A range of the locals that an alias stands for. */
export interface Alias {
  readonly local: LocalSymbol;
  readonly path: readonly string[];
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

/** Is the operand a value with a type of its own? */
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

/** Is something wrong that has been reported already? */
export function isError(operand: Operand): boolean {
  return isValue(operand) && operand.type === errorType;
}
