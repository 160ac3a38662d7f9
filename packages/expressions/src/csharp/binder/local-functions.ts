import { type Binder, declareName, makeFunction, NO_JUMPS } from "../../binding/binder.js";
import { assignLocal } from "../../binding/call-node.js";
import { LocalScope } from "../../binding/local-scope.js";
import { isValue } from "../../binding/operand.js";
import type { BoundExpression, BoundFunction, BoundStatement, LocalSymbol } from "../../bound/tree.js";
import type { NetType, ParameterSymbol } from "../../types/net-type.js";
import { errorType } from "../../types/special-types.js";
import type { TypeBase } from "../../types/type-base.js";
import type { FunctionParameter, Node, Statement } from "../syntax.js";
import { bindExpression, bindTo } from "./expressions.js";
import type { GenericFunction } from "./generic-function.js";
import { withTypeParameters } from "./generic-inference.js";
import { isStatementOperand } from "./lambda.js";
import { bindFunctionBlock } from "./statements.js";
import { bindType } from "./types.js";

type FunctionNode = Extract<Statement, { kind: "LocalFunction" }>;

/** The local functions of one block. */
export interface BlockFunctions {
  /** Binds a function's body, where it stands. */
  bindOne(node: FunctionNode): void;
  /** The delegates, each to be made when the block is entered. */
  readonly made: { local: LocalSymbol; value: BoundExpression }[];
}

/** Declares the local functions of a block under their names; null if it has none. */
export function declareFunctions(b: Binder, statements: readonly Statement[]): BlockFunctions | null {
  const nodes = statements.filter((statement): statement is FunctionNode => statement.kind === "LocalFunction");
  if (nodes.length === 0) return null;
  const made: BlockFunctions["made"] = [];
  const plain = new Map<FunctionNode, { local: LocalSymbol; parameters: ParameterSymbol[]; returnType: NetType }>();
  const generic = new Map<FunctionNode, GenericFunction>();
  const { fn, locals } = b;
  for (const node of nodes) {
    const place = nameOf(node);
    if (node.typeParameters.length > 0) {
      const definition = genericFunction(b, node, fn, locals, made);
      generic.set(node, definition);
      declareName(b, node.name, place, { kind: "generic", definition });
      continue;
    }
    const signature = bindSignature(b, node);
    const local = b.newLocal(node.name, b.scope.functionType(node.name, signature.parameters, signature.returnType));
    plain.set(node, { local, ...signature });
    b.localFunctions.add(local);
    declareName(b, node.name, place, { kind: "local", local, isReadOnly: null });
  }
  return {
    made,
    bindOne: (node) => {
      const own = plain.get(node);
      if (own !== undefined)
        made.push({ local: own.local, value: bindFunction(b, node, own.parameters, own.returnType, own.local.type, b.locals) });
      else checkUnused(b, node, generic.get(node)!);
    },
  };
}

function nameOf(node: FunctionNode): Node {
  return { start: node.start, end: Math.min(node.end, node.start + node.name.length) };
}

function bindSignature(b: Binder, node: FunctionNode): { parameters: ParameterSymbol[]; returnType: NetType } {
  const returnType = bindType(b, node.returnType);
  return { parameters: node.parameters.map((parameter) => bindParameter(b, parameter)), returnType };
}

function bindParameter(b: Binder, parameter: FunctionParameter): ParameterSymbol {
  const type = bindType(b, parameter.type);
  const mode = parameter.mode === "value" ? "in" : parameter.mode;
  const { name } = parameter;
  if (parameter.defaultValue === null) return { name, type, mode };
  const value = bindTo(b, parameter.defaultValue, type);
  if (value.kind !== "Constant" && value.kind !== "Default")
    b.error(parameter.defaultValue, "CS1736", `Default parameter value for '${name}' must be a compile-time constant`);
  return { name, type, mode, defaultValue: { value: value.kind === "Constant" ? value.value : null } };
}

/** Binds the body of a local function: a delegate over what it captures. */
function bindFunction(
  b: Binder,
  node: FunctionNode,
  parameters: readonly ParameterSymbol[],
  returnType: NetType,
  type: NetType,
  locals: LocalScope,
): BoundExpression {
  const {
    fn: outerFn,
    locals: outerLocals,
    returnMode,
    jumps,
    isInCatch,
    expressionLocals,
    overflow,
    conditionalReceiver,
    labels,
  } = b;
  const fn = makeFunction(outerFn, returnType);
  b.fn = fn;
  b.locals = new LocalScope(locals);
  b.returnMode = { kind: "known", type: returnType };
  b.jumps = NO_JUMPS;
  b.labels = new Map();
  b.isInCatch = false;
  b.expressionLocals = [];
  b.overflow = "default";
  b.conditionalReceiver = null;
  try {
    parameters.forEach((parameter, i) => {
      const local = b.newLocal(parameter.name, parameter.type);
      fn.parameters.push(local);
      if (parameter.mode === "ref" || parameter.mode === "out") fn.references.add(local);
      declareName(b, parameter.name, node.parameters[i]!, { kind: "local", local, isReadOnly: null });
    });
    fn.body = bindFunctionBody(b, node, returnType);
    if (!("type" in fn.body)) b.places.set(fn.body, node.body);
    return { kind: "Lambda", function: fn, type, start: node.start, end: node.end };
  } finally {
    b.fn = outerFn;
    b.locals = outerLocals;
    b.returnMode = returnMode;
    b.jumps = jumps;
    b.labels = labels;
    b.isInCatch = isInCatch;
    b.expressionLocals = expressionLocals;
    b.overflow = overflow;
    b.conditionalReceiver = conditionalReceiver;
  }
}

function bindFunctionBody(b: Binder, node: FunctionNode, returnType: NetType): BoundFunction["body"] {
  if (node.body.kind === "Block") return bindFunctionBlock(b, node.body);
  if (returnType.kind !== "void") return bindTo(b, node.body, returnType);
  const operand = bindExpression(b, node.body);
  if (isValue(operand) && isStatementOperand(operand)) return operand;
  if (operand.kind === "ThrowOperand") return { kind: "Throw", value: operand.value };
  if (!isValue(operand) || operand.type !== errorType)
    b.error(
      node.body,
      "CS0201",
      "Only assignment, call, increment, decrement, and new object expressions can be used as a statement",
    );
  return { kind: "Empty" };
}

function genericFunction(
  b: Binder,
  node: FunctionNode,
  fn: BoundFunction,
  locals: LocalScope,
  made: BlockFunctions["made"],
): GenericFunction {
  const instances = new Map<string, LocalSymbol>();
  return {
    syntax: node,
    locals,
    instances,
    instantiate: (typeArguments) => {
      const key = typeArguments.map((type) => (type as TypeBase).id).join(",");
      const known = instances.get(key);
      if (known !== undefined) return known;
      if (instances.size >= MOST_INSTANCES) {
        b.error(node, "TP1103", `The generic function '${node.name}' is used with too many types`);
        return null;
      }
      return withTypeParameters(b, node.typeParameters, typeArguments, () => {
        const signature = bindSignature(b, node);
        const outer = b.fn;
        b.fn = fn;
        const local = b.newLocal(node.name, b.scope.functionType(node.name, signature.parameters, signature.returnType));
        instances.set(key, local);
        b.localFunctions.add(local);
        made.push({ local, value: bindFunction(b, node, signature.parameters, signature.returnType, local.type, locals) });
        b.fn = outer;
        return local;
      });
    },
  };
}

/** A generic function that calls itself with ever larger types must end somewhere. */
const MOST_INSTANCES = 64;

/** A generic function that nobody has called yet is bound once with `object`, for its errors. */
function checkUnused(b: Binder, node: FunctionNode, definition: GenericFunction): void {
  if (definition.instances.size > 0) return;
  const { diagnostics } = b.speculate(() => {
    const { fn } = b;
    const slots = fn.slotCount;
    withTypeParameters(
      b,
      node.typeParameters,
      node.typeParameters.map(() => b.core.object),
      () => {
        const { parameters, returnType } = bindSignature(b, node);
        bindFunction(b, node, parameters, returnType, errorType, definition.locals);
      },
    );
    fn.slotCount = Math.max(slots, fn.slotCount);
  });
  b.diagnostics.push(...diagnostics.filter((one) => one.code === "CS0103" || one.code === "CS0246"));
}

/**
 * Puts the functions of a block at its beginning, so that they can be called before they stand. Variables of the block that
 * they capture are declared before them, where the functions find them; their own declarations only set them.
 */
export function hoistFunctions(b: Binder, functions: BlockFunctions, statements: readonly BoundStatement[]): BoundStatement[] {
  const captured = new Set<LocalSymbol>();
  for (const { value } of functions.made)
    if (value.kind === "Lambda") for (const local of value.function.captures) captured.add(local);
  const first: BoundStatement[] = [];
  const rest: BoundStatement[] = [];
  for (const statement of statements) {
    if (statement.kind !== "Declare" || !captured.has(statement.local)) {
      rest.push(statement);
      continue;
    }
    const { local, value } = statement;
    first.push({ kind: "Declare", local, value: null });
    if (value === null) continue;
    const assignment: BoundStatement = { kind: "Expression", expression: assignLocal(b, local, value, value) };
    const place = b.places.get(statement);
    if (place !== undefined) b.places.set(assignment, place);
    rest.push(assignment);
  }
  const inOrder = ordered(functions.made);
  if (inOrder !== null) {
    for (const { local, value } of inOrder) first.push({ kind: "Declare", local, value });
    return [...first, ...rest];
  }
  // Functions that call each other: all have their cells before any is made.
  for (const { local } of functions.made) first.push({ kind: "Declare", local, value: null });
  for (const { local, value } of functions.made) {
    const { start, end } = value;
    first.push({ kind: "Expression", expression: { kind: "AssignLocal", local, value, type: local.type, start, end } });
  }
  return [...first, ...rest];
}

/** Each function behind those it captures; null where they capture each other. */
function ordered(made: BlockFunctions["made"]): BlockFunctions["made"] | null {
  const byLocal = new Map(made.map((one) => [one.local, one]));
  const result: BlockFunctions["made"] = [];
  const state = new Map<LocalSymbol, "open" | "done">();
  const visit = (one: BlockFunctions["made"][number]): boolean => {
    const known = state.get(one.local);
    if (known !== undefined) return known === "done";
    state.set(one.local, "open");
    if (one.value.kind === "Lambda")
      for (const captured of one.value.function.captures) {
        const other = byLocal.get(captured);
        if (other !== undefined && other !== one && !visit(other)) return false;
      }
    state.set(one.local, "done");
    result.push(one);
    return true;
  };
  return made.every(visit) ? result : null;
}
