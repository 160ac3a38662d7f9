import { bestCommonType } from "../../binding/best-type.js";
import { type Binder, declareName, makeFunction, NO_JUMPS } from "../../binding/binder.js";
import { LocalScope } from "../../binding/local-scope.js";
import { isError, isValue, type LambdaOperand, type Operand, typeOfOperand } from "../../binding/operand.js";
import { completes } from "../../binding/reachability.js";
import type { BoundExpression, BoundFunction, BoundStatement } from "../../bound/tree.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { NetType } from "../../types/net-type.js";
import { voidType } from "../../types/special-types.js";
import type { TypeBase } from "../../types/type-base.js";
import type { Node } from "../syntax.js";
import { bindExpression } from "./expressions.js";
import { bindFunctionBlock } from "./statements.js";
import { bindType } from "./types.js";

/** A value that a lambda may return, before the return type is known. */
export interface LambdaReturn {
  readonly node: Node;
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
  /** Can control reach the end of a block body? */
  readonly completes: boolean;
  /** The type of the values returned; null where there is none in common, void where nothing is returned. */
  readonly inferred: NetType | null;
}

/** The lambda's body for parameters of these types. Bound once for each list of types. */
export function bindLambda(b: Binder, lambda: LambdaOperand, types: readonly NetType[]): LambdaBinding {
  let key = "";
  for (const type of types) key += `${(type as TypeBase).id},`;
  let binding = lambda.bindings.get(key);
  if (binding === undefined) {
    binding = bindBody(b, lambda, types);
    lambda.bindings.set(key, binding);
  }
  return binding;
}

function bindBody(b: Binder, lambda: LambdaOperand, types: readonly NetType[]): LambdaBinding {
  const { fn: outerFn, locals, returnMode, jumps, isInCatch, expressionLocals, overflow, conditionalReceiver, labels } = b;
  const fn = makeFunction(lambda.fn, voidType);
  const returns: LambdaReturn[] = [];
  b.fn = fn;
  b.locals = new LocalScope(lambda.locals);
  b.returnMode = { kind: "collect", returns };
  b.jumps = NO_JUMPS;
  b.labels = new Map();
  b.isInCatch = false;
  b.expressionLocals = [];
  b.overflow = lambda.overflow;
  b.conditionalReceiver = null;
  try {
    const {
      value: block,
      diagnostics,
      uses,
    } = b.speculate(() => {
      declareParameters(b, lambda, types);
      const { body } = lambda.syntax;
      if (body.kind === "Block") return bindFunctionBlock(b, body);
      const operand = bindExpression(b, body);
      returns.push({ node: body, operand, statement: null });
      return null;
    });
    const hasErrors = diagnostics.some((one) => one.severity === "error");
    const ends = block !== null && completes(block);
    return {
      fn,
      returns,
      block,
      diagnostics,
      uses,
      hasErrors,
      completes: ends,
      inferred: inferReturn(b, returns, block !== null),
    };
  } finally {
    b.fn = outerFn;
    b.locals = locals;
    b.returnMode = returnMode;
    b.jumps = jumps;
    b.labels = labels;
    b.isInCatch = isInCatch;
    b.expressionLocals = expressionLocals;
    b.overflow = overflow;
    b.conditionalReceiver = conditionalReceiver;
  }
}

function declareParameters(b: Binder, lambda: LambdaOperand, types: readonly NetType[]): void {
  const { parameters } = lambda.syntax;
  types.forEach((type, i) => {
    const parameter = parameters?.[i];
    const local = b.newLocal(parameter?.name ?? "<unused>", type);
    b.fn.parameters.push(local);
    if (parameter === undefined || lambda.rangeVariables !== null) return;
    if (parameter.mode !== "value") b.fn.references.add(local);
    const isAnother = parameters!.some((other, j) => j < i && other.name === parameter.name);
    if (isAnother) b.error(parameter, "CS0100", `The parameter name '${parameter.name}' is a duplicate`);
    else declareName(b, parameter.name, parameter, { kind: "local", local, isReadOnly: null });
  });
  for (const variable of lambda.rangeVariables ?? []) {
    const local = b.fn.parameters[variable.parameter]!;
    b.locals.declare(variable.name, { kind: "alias", alias: { local, path: variable.path } });
  }
}

function inferReturn(b: Binder, returns: readonly LambdaReturn[], isBlock: boolean): NetType | null {
  const values = returns.filter((one) => one.operand !== null);
  if (values.length === 0) return isBlock ? voidType : null;
  if (values.length === 1) {
    const operand = values[0]!.operand!;
    return isError(operand) ? null : typeOfOperand(operand);
  }
  return bestCommonType(
    b,
    values.map((one) => one.operand!),
  );
}

/** The types of a lambda's parameters where it writes them; null where it leaves them to be inferred. */
export function explicitTypes(b: Binder, lambda: LambdaOperand): NetType[] | null {
  const { parameters } = lambda.syntax;
  if (parameters === null || parameters.length === 0 || parameters[0]!.type === null) return null;
  return parameters.map((parameter) => (parameter.type === null ? b.core.object : bindType(b, parameter.type)));
}

/** May the expression stand as a statement? Only then can it be the body of a lambda that returns nothing. */
export function isStatementOperand(operand: Operand): boolean {
  if (!isValue(operand)) return false;
  switch (operand.kind) {
    case "Member":
      return operand.accessor !== "get";
    case "NullConditional":
      return isStatementOperand(operand.access);
    case "Sequence":
    case "AssignLocal":
    case "ArraySet":
    case "Invoke":
      return true;
    case "Convert":
      return operand.conversion.kind === "relabel" && isStatementOperand(operand.operand);
    default:
      return false;
  }
}
