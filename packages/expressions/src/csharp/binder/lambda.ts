import { bestCommonType } from "../../binding/best-type.js";
import { type Binder, declareName, type Frame, makeFunction } from "../../binding/binder.js";
import { LocalScope } from "../../binding/local-scope.js";
import { isError, type LambdaBinding, type LambdaOperand, type LambdaReturn, typeOfOperand } from "../../binding/operand.js";
import { completes } from "../../binding/reachability.js";
import type { NetType } from "../../types/net-type.js";
import { voidType } from "../../types/special-types.js";
import type { TypeBase } from "../../types/type-base.js";
import type { Lambda } from "../syntax.js";
import { errors } from "./errors.js";
import { bindExpression } from "./expressions.js";
import { bindFunctionBlock } from "./statements.js";
import { bindType } from "./types.js";

/** A query's variable inside a lambda: a parameter, or a member of one of its transparent objects. */
export interface RangeVariable {
  readonly name: string;
  /** Index of the lambda's parameter. */
  readonly parameter: number;
  readonly path: readonly string[];
}

/**
 * A lambda as an operand: its body is bound where it stands, once the types of its parameters are known.
 * @param rangeVariables of a query: what names mean inside, in terms of the parameters
 */
export function lambdaOperand(b: Binder, syntax: Lambda, rangeVariables: readonly RangeVariable[] | null = null): LambdaOperand {
  const { parameters, body, start, end } = syntax;
  const bindings = new Map<string, LambdaBinding>();
  const around = { fn: b.fn, locals: b.locals, overflow: b.overflow };
  return {
    kind: "UnboundLambda",
    parameters,
    body,
    bindings,
    explicitTypes: () => explicitTypes(b, syntax),
    bind: (types) => {
      let key = "";
      for (const type of types) key += `${(type as TypeBase).id},`;
      let binding = bindings.get(key);
      if (binding === undefined) {
        binding = bindBody(b, syntax, types, rangeVariables, around);
        bindings.set(key, binding);
      }
      return binding;
    },
    start,
    end,
  };
}

function bindBody(
  b: Binder,
  syntax: Lambda,
  types: readonly NetType[],
  rangeVariables: readonly RangeVariable[] | null,
  around: Pick<Frame, "fn" | "locals" | "overflow">,
): LambdaBinding {
  const fn = makeFunction(around.fn, voidType);
  const returns: LambdaReturn[] = [];
  const locals = new LocalScope(around.locals);
  return b.inBody({ fn, locals, overflow: around.overflow, returnMode: { kind: "collect", returns } }, () => {
    const { body } = syntax;
    const {
      value: block,
      diagnostics,
      uses,
    } = b.speculate(() => {
      declareParameters(b, syntax, types, rangeVariables);
      if (body.kind === "Block") return bindFunctionBlock(b, body);
      const operand = bindExpression(b, body);
      returns.push({ node: body, operand, statement: null });
      return null;
    });
    const hasErrors = diagnostics.some((found) => found.severity === "error");
    const inferred = inferReturn(b, returns, block !== null);
    return { fn, returns, block, diagnostics, uses, hasErrors, completes: block !== null && completes(block), inferred };
  });
}

function declareParameters(
  b: Binder,
  { parameters }: Lambda,
  types: readonly NetType[],
  rangeVariables: readonly RangeVariable[] | null,
): void {
  types.forEach((type, i) => {
    const parameter = parameters?.[i];
    const local = b.newLocal(parameter?.name ?? "<unused>", type);
    b.fn.parameters.push(local);
    if (parameter === undefined || rangeVariables !== null) return;
    if (parameter.mode !== "value") b.fn.references.add(local);
    const isAnother = parameters!.some((other, j) => j < i && other.name === parameter.name);
    if (isAnother) b.report(parameter, errors.parameterTwice(parameter.name));
    else declareName(b, parameter.name, parameter, { kind: "local", local, isReadOnly: null });
  });
  for (const variable of rangeVariables ?? []) {
    const local = b.fn.parameters[variable.parameter]!;
    b.locals.declare(variable.name, { kind: "alias", alias: { local, path: variable.path } });
  }
}

function inferReturn(b: Binder, returns: readonly LambdaReturn[], isBlock: boolean): NetType | null {
  const values = returns.filter((returned) => returned.operand !== null);
  if (values.length === 0) return isBlock ? voidType : null;
  if (values.length === 1) {
    const operand = values[0]!.operand!;
    return isError(operand) ? null : typeOfOperand(operand);
  }
  return bestCommonType(
    b,
    values.map((value) => value.operand!),
  );
}

function explicitTypes(b: Binder, { parameters }: Lambda): NetType[] | null {
  if (parameters === null || parameters.length === 0 || parameters[0]!.type === null) return null;
  return parameters.map((parameter) => (parameter.type === null ? b.core.object : bindType(b, parameter.type)));
}
