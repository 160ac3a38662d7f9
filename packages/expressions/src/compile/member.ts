import type { BoundArgument, BoundExpression } from "../bound/tree.js";
import { raise } from "../runtime/exceptions.js";
import type { Implementation } from "../types/declare.js";
import type { NetType } from "../types/net-type.js";
import { elementReference } from "./arrays.js";
import {
  type Callee,
  callInstance,
  callStatic,
  callWithSite,
  chargingObject,
  chargingText,
  evaluateAll,
  Site,
  type SiteParts,
  weighed,
} from "./calls.js";
import type { Evaluator, Frame } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";

type Member = Extract<BoundExpression, { kind: "Member" }>;
type CompileNode = (node: BoundExpression) => Evaluator;

/** The function behind a member, and whether it takes its call site. Null for constants. */
export function calleeOf(
  implementation: Implementation,
  accessor: Member["accessor"],
): { call: Callee; takesSite: boolean } | null {
  if (typeof implementation === "function") return { call: implementation as unknown as Callee, takesSite: false };
  if ("call" in implementation) return { call: implementation.call as unknown as Callee, takesSite: true };
  if ("constant" in implementation) return null;
  return calleeOf(accessor === "set" ? implementation.set : implementation.get, accessor);
}

/** Compiles a call of a declared member. */
export function compileMember(node: Member, fn: FunctionCompiler, compile: CompileNode): Evaluator {
  const { member, accessor, receiver } = node;
  const callee = calleeOf(member.implementation, accessor);
  if (callee === null) {
    const { constant } = member.implementation as { constant: unknown };
    return () => constant;
  }
  const isCall = accessor === "call";
  const isChecked = receiver !== null && !receiver.type.isValueType;
  const parts: SiteParts = {
    scope: fn.scope,
    typeArguments: node.typeArguments,
    declaringArguments: member.declaringType.arguments,
  };
  const all = receiver === null ? node.arguments : [receiver, ...node.arguments];
  if (all.some(isReference)) return callByReference(callee, parts, all, isChecked, fn, compile);
  const inputs = (all as readonly BoundExpression[]).map((input) => {
    const evaluator = compile(input);
    return isCall && isWeighty(input) ? weighed(evaluator) : evaluator;
  });
  if (accessor === "set") return assign(callee, parts, inputs, isChecked);
  const call = callee.takesSite
    ? callWithSite(callee.call, parts, inputs, isChecked)
    : isChecked
      ? callInstance(callee.call, inputs, isCall ? 1 : 0)
      : callStatic(callee.call, inputs);
  if (!isCall) return call;
  if (node.type.definitionName === "System.String") return chargingText(call, !callee.takesSite);
  return isKeptAsObject(node.type) ? chargingObject(call) : call;
}

/** Types whose values are numbers, texts or truth values take nothing by themselves. */
const PLAIN = /^System\.(?:Boolean|Char|S?Byte|U?Int(?:16|32|64)|Single|Double|String|Void)$/;

function isKeptAsObject(type: NetType): boolean {
  return type.kind !== "enum" && type.kind !== "void" && !PLAIN.test((type.underlying ?? type).definitionName);
}

function isReference(argument: BoundArgument): argument is Exclude<BoundArgument, BoundExpression> {
  return argument.kind === "Reference" || argument.kind === "ElementReference";
}

/** Texts and arrays that are not written in the expression itself may be long. */
function isWeighty(input: BoundExpression): boolean {
  return input.kind !== "Constant" && (input.type.definitionName === "System.String" || input.type.kind === "array");
}

/** A property or indexer is set; the value, which is the last input, is the node's value. */
function assign(
  callee: { call: Callee; takesSite: boolean },
  parts: SiteParts,
  inputs: readonly Evaluator[],
  isChecked: boolean,
): Evaluator {
  return (frame) => {
    const values = evaluateAll(inputs, frame);
    frame.run.step();
    if (isChecked && values[0] === null) throw raise.nullReference();
    if (callee.takesSite) callee.call(new Site(frame.run, parts), ...values);
    else callee.call(...values);
    return values[values.length - 1];
  };
}

/** Makes the `Reference` that an argument passes, and what has to be done after the call. */
export interface PreparedArguments {
  readonly evaluate: (frame: Frame) => unknown[];
  /** Writes referenced plain locals back. */
  readonly finish: (frame: Frame, values: unknown[]) => void;
}

/** Prepares arguments of which some are `ref` or `out`. */
export function prepareArguments(all: readonly BoundArgument[], fn: FunctionCompiler, compile: CompileNode): PreparedArguments {
  const writeBacks: { position: number; slot: number }[] = [];
  const makers = all.map((argument, position): Evaluator => {
    if (argument.kind === "ElementReference") return elementReference(compile(argument.array), argument.indices.map(compile));
    if (argument.kind !== "Reference") return compile(argument);
    const place = fn.placeOf(argument.local);
    if (place.kind !== "slot") return fn.cellOf(argument.local);
    writeBacks.push({ position, slot: place.index });
    return (frame) => ({ value: frame.slots[place.index] });
  });
  return {
    evaluate: (frame) => evaluateAll(makers, frame),
    finish: (frame, values) => {
      for (const { position, slot } of writeBacks) frame.slots[slot] = (values[position] as { value: unknown }).value;
    },
  };
}

function callByReference(
  callee: { call: Callee; takesSite: boolean },
  parts: SiteParts,
  all: readonly BoundArgument[],
  isChecked: boolean,
  fn: FunctionCompiler,
  compile: CompileNode,
): Evaluator {
  const { evaluate, finish } = prepareArguments(all, fn, compile);
  return (frame) => {
    const values = evaluate(frame);
    frame.run.step();
    if (isChecked && values[0] === null) throw raise.nullReference();
    const result = callee.takesSite ? callee.call(new Site(frame.run, parts), ...values) : callee.call(...values);
    finish(frame, values);
    return result === undefined ? null : result;
  };
}

/** The parts of a member's call site, for delegates made of method groups. */
export function sitePartsOf(fn: FunctionCompiler, declaringType: NetType, typeArguments: readonly NetType[]): SiteParts {
  return { scope: fn.scope, typeArguments, declaringArguments: declaringType.arguments };
}
