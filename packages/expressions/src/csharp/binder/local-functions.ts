import { type Binder, declareName, makeFunction } from "../../binding/binder.js";
import type { MadeFunction } from "../../binding/hoisting.js";
import { isStatementOperand } from "../../binding/lambda-conversion.js";
import { type GenericFunction, LocalScope } from "../../binding/local-scope.js";
import { isValue } from "../../binding/operand.js";
import type { BoundExpression, BoundFunction, LocalSymbol } from "../../bound/tree.js";
import type { NetType, ParameterSymbol } from "../../types/net-type.js";
import { errorType } from "../../types/special-types.js";
import type { TypeBase } from "../../types/type-base.js";
import type { FunctionParameter, Node, Statement } from "../syntax.js";
import { errors } from "./errors.js";
import { bindExpression, bindTo } from "./expressions.js";
import { withTypeParameters } from "./generic-inference.js";
import { bindFunctionBlock } from "./statements.js";
import { bindType } from "./types.js";

type FunctionNode = Extract<Statement, { kind: "LocalFunction" }>;

/** The local functions of one block. */
export interface BlockFunctions {
  /** Binds a function's body, where it stands. */
  bindOne(node: FunctionNode): void;
  /** The delegates, each to be made when the block is entered. */
  readonly made: MadeFunction[];
}

/** Declares the local functions of a block under their names; null if it has none. */
export function declareFunctions(b: Binder, statements: readonly Statement[]): BlockFunctions | null {
  const nodes = statements.filter((statement): statement is FunctionNode => statement.kind === "LocalFunction");
  if (nodes.length === 0) return null;
  const made: MadeFunction[] = [];
  const plain = new Map<FunctionNode, { local: LocalSymbol; parameters: ParameterSymbol[]; returnType: NetType }>();
  const generic = new Map<FunctionNode, DeclaredGeneric>();
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

/** A parameter without its default. */
function parameterOf(b: Binder, { name, type, mode }: FunctionParameter): ParameterSymbol {
  return { name, type: bindType(b, type), mode: mode === "value" ? "in" : mode };
}

function bindParameter(b: Binder, parameter: FunctionParameter): ParameterSymbol {
  const plain = parameterOf(b, parameter);
  const { name, type } = plain;
  if (parameter.defaultValue === null) return plain;
  const value = bindTo(b, parameter.defaultValue, type);
  if (value.kind !== "Constant" && value.kind !== "Default") b.report(parameter.defaultValue, errors.defaultNotConstant(name));
  return { ...plain, defaultValue: { value: value.kind === "Constant" ? value.value : null } };
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
  const fn = makeFunction(b.fn, returnType);
  const returnMode = { kind: "known", type: returnType } as const;
  return b.inBody({ fn, locals: new LocalScope(locals), returnMode, overflow: "default" }, () => {
    parameters.forEach((parameter, i) => {
      const local = b.newLocal(parameter.name, parameter.type);
      fn.parameters.push(local);
      if (parameter.mode === "ref" || parameter.mode === "out") fn.references.add(local);
      declareName(b, parameter.name, node.parameters[i]!, { kind: "local", local, isReadOnly: null });
    });
    fn.body = bindFunctionBody(b, node, returnType);
    if (!("type" in fn.body)) b.places.set(fn.body, node.body);
    return { kind: "Lambda", function: fn, type, start: node.start, end: node.end };
  });
}

function bindFunctionBody(b: Binder, node: FunctionNode, returnType: NetType): BoundFunction["body"] {
  if (node.body.kind === "Block") return bindFunctionBlock(b, node.body);
  if (returnType.kind !== "void") return bindTo(b, node.body, returnType);
  const operand = bindExpression(b, node.body);
  if (isValue(operand) && isStatementOperand(operand)) return operand;
  if (operand.kind === "ThrowOperand") return { kind: "Throw", value: operand.value };
  if (!isValue(operand) || operand.type !== errorType) b.report(node.body, errors.notAStatement());
  return { kind: "Empty" };
}

/** A generic function with what has been made of it. */
interface DeclaredGeneric extends GenericFunction {
  readonly locals: LocalScope;
  readonly instances: ReadonlyMap<string, LocalSymbol>;
}

function genericFunction(
  b: Binder,
  node: FunctionNode,
  fn: BoundFunction,
  locals: LocalScope,
  made: MadeFunction[],
): DeclaredGeneric {
  const instances = new Map<string, LocalSymbol>();
  const { name, typeParameters } = node;
  return {
    name,
    typeParameters,
    locals,
    instances,
    parametersFor: (types) =>
      b.speculate(() =>
        withTypeParameters(b, typeParameters, types, () => node.parameters.map((parameter) => parameterOf(b, parameter))),
      ).value,
    instantiate: (typeArguments) => {
      const key = typeArguments.map((type) => (type as TypeBase).id).join(",");
      const known = instances.get(key);
      if (known !== undefined) return known;
      if (instances.size >= MOST_INSTANCES) {
        b.report(node, errors.tooManyInstances(name));
        return null;
      }
      return withTypeParameters(b, typeParameters, typeArguments, () => {
        const signature = bindSignature(b, node);
        return b.within({ fn }, () => {
          const local = b.newLocal(name, b.scope.functionType(name, signature.parameters, signature.returnType));
          instances.set(key, local);
          b.localFunctions.add(local);
          made.push({ local, value: bindFunction(b, node, signature.parameters, signature.returnType, local.type, locals) });
          return local;
        });
      });
    },
  };
}

/** A generic function that calls itself with ever larger types must end somewhere. */
const MOST_INSTANCES = 64;

/** A generic function that nobody has called yet is bound once with `object`, for its errors. */
function checkUnused(b: Binder, node: FunctionNode, definition: DeclaredGeneric): void {
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
  b.diagnostics.push(...diagnostics.filter(({ code }) => code === errors.noName.code || code === errors.unknownType.code));
}
