import type { BoundExpression } from "../bound/tree.js";
import { typeObject } from "../dotnet/type.js";
import { raise } from "../runtime/exceptions.js";
import { Weight } from "../runtime/weights.js";
import { AnonymousObject } from "../types/values.js";
import { zeroOf } from "../types/zero.js";
import { compileArithmetic, compileUnary } from "./arithmetic.js";
import { compileArrayGet, compileArrayLength, compileArraySet, compileNewArray } from "./arrays.js";
import { countedCoalesce, countedConditional, countedLogic, countedReceiver } from "./branches.js";
import { compileAsType, compileConvert, compileIsType } from "./conversion.js";
import { compileInvoke, compileLambda, compileMethodGroup } from "./delegates.js";
import type { Evaluator } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";
import { isReferenceEquals } from "./identities.js";
import { assignLocal, readLocal, storeFresh } from "./locals.js";
import { compileChain, compileCompare, compileLogic, compileNot, compileSame } from "./logic.js";
import { compileMember } from "./member.js";
import { compileBody, toException } from "./statements.js";
import { compileConcat, compileText } from "./text.js";
import { compileSameObject, compileWithIdentity } from "./with-identity.js";

type CompileNode = (node: BoundExpression) => Evaluator;
type NodeOf<Kind extends BoundExpression["kind"]> = Extract<BoundExpression, { kind: Kind }>;

/** Compiles an expression of a function to a closure. */
export function compileExpressionNode(node: BoundExpression, fn: FunctionCompiler): Evaluator {
  const compile = (child: BoundExpression): Evaluator => compileExpressionNode(child, fn);
  const evaluate =
    fn.identities === null || (node.type.isValueType && node.kind !== "Invoke")
      ? compilePlainly(node, fn, compile)
      : compileWithIdentity(node, fn, compile, (parts) => compilePlainly(node, fn, parts));
  return fn.operands === null ? evaluate : fn.operands.told(node, evaluate);
}

function compilePlainly(node: BoundExpression, fn: FunctionCompiler, compile: (node: BoundExpression) => Evaluator): Evaluator {
  switch (node.kind) {
    case "Constant":
      return constantOf(node.value);
    case "Default":
      return constantOf(zeroOf(node.type));
    case "Local":
      return readLocal(fn, node.local);
    case "AssignLocal":
      return assignLocal(fn, node.local, node.value, compile);
    case "Global":
      return globalOf(node.index);
    case "Convert":
      return compileConvert(node, compile(node.operand), fn.scope);
    case "Unary":
      return compileUnary(node, compile(node.operand));
    case "Not":
      return compileNot(compile(node.operand), node.lifted);
    case "Arithmetic":
      return compileArithmetic(node, compile(node.left), compile(node.right), fn);
    case "Compare":
      return compileCompare(node, compile(node.left), compile(node.right), fn);
    case "Same":
      return compileSame(node, compile(node.left), compile(node.right));
    case "SameObject":
      return compileSameObject(compile(node.left), compile(node.right), node.negated);
    case "Logic":
      return compileLogic(node, compile(node.left), compile(node.right));
    case "AndAlso":
    case "OrElse":
      if (fn.branches !== null && node.branch !== undefined)
        return countedLogic(node.kind, node.branch, compile(node.left), compile(node.right), fn.branches);
      return compileChain(node.kind, operandsOf(node).map(compile));
    case "Concat":
      return compileConcat(node.parts.map(compile), node.parts.map(canBeNull));
    case "Text":
      return compileText(node, compile);
    case "Conditional":
      return compileConditional(node, fn, compile);
    case "Coalesce":
      return compileCoalesce(node, fn, compile);
    case "NullConditional":
      return nullConditional(node, fn, compile);
    case "Sequence":
      return sequence(node.effects.map(compile), compile(node.value));
    case "Member":
      if (isReferenceEquals(node)) {
        const [left, right] = node.arguments as readonly BoundExpression[];
        return compileSameObject(compile(left!), compile(right!), false);
      }
      return compileMember(node, fn, compile);
    case "Invoke":
      return compileInvoke(compile(node.callee), node.arguments, fn, compile);
    case "ArrayGet":
      return compileArrayGet(compile(node.array), node.indices.map(compile));
    case "ArraySet":
      return compileArraySet(compile(node.array), node.indices.map(compile), compile(node.value), node.type, fn.scope);
    case "ArrayLength":
      return compileArrayLength(compile(node.array));
    case "NewArray":
      return compileNewArray(node.type, node.lengths.map(compile), node.elements?.map(compile) ?? null);
    case "NewAnonymous":
      return newAnonymous(node, node.values.map(compile));
    case "AnonymousGet":
      return anonymousGet(compile(node.target), node.index);
    case "Lambda":
      return compileLambda(node.function, node.type, fn, compileBody);
    case "MethodGroup":
      return compileMethodGroup(node, fn, compile);
    case "IsType":
      return compileIsType(compile(node.operand), node.test, fn.scope);
    case "AsType":
      return compileAsType(compile(node.operand), node.type, fn.scope);
    case "TypeOf":
      return constantOf(typeObject(node.operand));
    case "Throw": {
      const value = compile(node.value);
      return (frame) => {
        throw toException(value(frame));
      };
    }
  }
}

function constantOf(value: unknown): Evaluator {
  return () => value;
}

function globalOf(index: number): Evaluator {
  return (frame) => frame.globals[index];
}

/** `a && b && c` is bound as `(a && b) && c`. */
function operandsOf(node: NodeOf<"AndAlso" | "OrElse">): BoundExpression[] {
  const operands: BoundExpression[] = [];
  let rest: BoundExpression = node;
  while ((rest.kind === "AndAlso" || rest.kind === "OrElse") && rest.kind === node.kind) {
    operands.push(rest.right);
    rest = rest.left;
  }
  operands.push(rest);
  return operands.reverse();
}

function canBeNull(part: BoundExpression): boolean {
  return part.kind === "Constant" ? part.value === null : part.kind !== "Text" && part.kind !== "Concat";
}

function compileConditional(node: NodeOf<"Conditional">, fn: FunctionCompiler, compile: CompileNode): Evaluator {
  const condition = compile(node.condition);
  const then = compile(node.then);
  const otherwise = compile(node.otherwise);
  if (fn.branches !== null && node.branch !== undefined)
    return countedConditional(node.branch, condition, then, otherwise, fn.branches);
  return (frame) => (condition(frame) === true ? then(frame) : otherwise(frame));
}

function compileCoalesce(node: NodeOf<"Coalesce">, fn: FunctionCompiler, compile: CompileNode): Evaluator {
  const left = compile(node.left);
  const right = compile(node.right);
  if (fn.branches !== null && node.branch !== undefined) return countedCoalesce(node.branch, left, right, fn.branches);
  return (frame) => {
    const value = left(frame);
    return value === null ? right(frame) : value;
  };
}

function nullConditional(node: NodeOf<"NullConditional">, fn: FunctionCompiler, compile: CompileNode): Evaluator {
  const plain = compile(node.receiver);
  const isCounted = fn.branches !== null && node.branch !== undefined;
  const receiver = isCounted ? countedReceiver(node.branch, plain, fn.branches) : plain;
  const store = storeFresh(fn, node.temporary);
  const access = compile(node.access);
  const place = fn.placeOf(node.temporary);
  if (place.kind === "slot" && fn.identities === null) {
    const { index } = place;
    return (frame) => {
      const value = receiver(frame);
      if (value === null) return null;
      frame.slots[index] = value;
      return access(frame);
    };
  }
  return (frame) => {
    const value = receiver(frame);
    if (value === null) return null;
    store(frame, value);
    return access(frame);
  };
}

function sequence(effects: readonly Evaluator[], value: Evaluator): Evaluator {
  const [first, second] = effects;
  if (effects.length === 1)
    return (frame) => {
      first!(frame);
      return value(frame);
    };
  if (effects.length === 2)
    return (frame) => {
      first!(frame);
      second!(frame);
      return value(frame);
    };
  return (frame) => {
    for (const effect of effects) effect(frame);
    return value(frame);
  };
}

function newAnonymous(node: NodeOf<"NewAnonymous">, values: readonly Evaluator[]): Evaluator {
  const { type, names } = node;
  const types = node.values.map((value) => value.type);
  return (frame) => {
    frame.run.allocate(Weight.object + values.length * Weight.item);
    return new AnonymousObject(
      type,
      names,
      values.map((value) => value(frame)),
      types,
    );
  };
}

function anonymousGet(target: Evaluator, index: number): Evaluator {
  return (frame) => {
    const object = target(frame) as AnonymousObject | null;
    if (object === null) throw raise.nullReference();
    return object.values[index];
  };
}
