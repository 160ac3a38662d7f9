import type { BoundArgument, BoundExpression, BoundFunction, BoundProgram, BoundStatement, LocalSymbol } from "../bound/tree.js";
import { type BoundNode, visitBound } from "../bound/visit.js";
import type { NetType } from "../types/net-type.js";

/**
 * Where a program that compares references keeps which objects its locals hold: each local of a reference type has a companion
 * beside it, captured where it is captured.
 */
export class Identities {
  private readonly companions = new Map<LocalSymbol, LocalSymbol>();

  constructor(program: BoundProgram, object: NetType) {
    const functions = new Set<BoundFunction>([program.function]);
    const locals = new Set<LocalSymbol>(program.function.parameters);
    visitBound(program.function.body, (node) => {
      for (const local of localsOf(node as WithLocals)) locals.add(local);
      if (node.kind !== "Lambda") return;
      const { function: nested } = node as Extract<BoundExpression, { kind: "Lambda" }>;
      functions.add(nested);
      for (const parameter of nested.parameters) locals.add(parameter);
    });
    for (const local of locals) {
      if (local.type.isValueType) continue;
      const { name, owner, captured } = local;
      const companion: LocalSymbol = { name, type: object, owner, slot: owner.slotCount++, captured };
      this.companions.set(local, companion);
      for (const fn of functions) if (fn.captures.has(local)) fn.captures.add(companion);
    }
  }

  /** The companion of a local; undefined for locals that hold no references. */
  companionOf(local: LocalSymbol): LocalSymbol | undefined {
    return this.companions.get(local);
  }
}

interface WithLocals extends BoundNode {
  readonly local?: LocalSymbol;
  readonly element?: LocalSymbol;
  readonly governing?: LocalSymbol;
  readonly temporary?: LocalSymbol;
}

function localsOf(node: WithLocals): LocalSymbol[] {
  const found = [node.local, node.element, node.governing, node.temporary];
  return found.filter((local) => local !== undefined && local !== null && "slot" in local) as LocalSymbol[];
}

/** True if a program compares references that may be texts or boxed values. */
export function comparesObjects(program: BoundProgram): boolean {
  let found = false;
  visitBound(program.function.body, (node) => {
    if (node.kind === "SameObject" || isReferenceEquals(node as BoundExpression)) found = true;
  });
  return found;
}

/** A call of `object.ReferenceEquals`. */
export function isReferenceEquals(node: BoundExpression): node is Extract<BoundExpression, { kind: "Member" }> {
  return node.kind === "Member" && node.member.id === "System.Object.ReferenceEquals";
}

/**
 * May a program's value be an object that was there before: a constant text, or one that it was given? Errs on the side of yes.
 */
export function mayGiveKnownObject(program: BoundProgram): boolean {
  const { body } = program.function;
  if (program.type.isValueType) return false;
  if ("type" in body) return isKnown(body);
  let found = false;
  visitBound(body, (node) => {
    if (node.kind === "Return") found ||= isKnown((node as Extract<BoundStatement, { kind: "Return" }>).value);
  });
  return found;
}

function isKnown(node: BoundArgument | null | undefined): boolean {
  switch (node?.kind) {
    case "Constant":
      return typeof node.value === "string" && node.value !== "";
    case "Local":
    case "Invoke":
      return !node.type.isValueType;
    case "AssignLocal":
    case "Sequence":
      return isKnown(node.value);
    case "AsType":
      return isKnown(node.operand);
    case "Convert":
      return node.conversion.kind !== "box" && isKnown(node.operand);
    case "NullConditional":
      return isKnown(node.access);
    case "Conditional":
      return isKnown(node.then) || isKnown(node.otherwise);
    case "Coalesce":
      return isKnown(node.left) || isKnown(node.right);
    case "Concat":
      return node.parts.some(isKnown);
    case "Member":
      return isKnownMember(node);
    default:
      return false;
  }
}

function isKnownMember({ member, receiver, arguments: args, type }: Extract<BoundExpression, { kind: "Member" }>): boolean {
  if (type.isValueType) return false;
  if (!member.isStatic && readsEntry(member) && receiver !== null) return holdsObjects(receiver.type);
  if (readsEntry(member)) return holdsObjects((args[0] as BoundExpression).type) || isKnown(args[2]);
  if (handsBack(member)) return [receiver, ...args].some((input) => isKnown(input));
  return "constant" in member.implementation;
}

/** True if it is a dictionary that keeps objects of any type, as `context.Variables` does. */
function holdsObjects(type: NetType): boolean {
  return type.arguments.some((argument) => argument.definitionName === "System.Object");
}

/** True if a member reads an entry of a dictionary. */
export function readsEntry(member: Callable): boolean {
  return member.name === "this[]" || member.name === "GetValueOrDefault" || member.name === "TryGetValue";
}

type Callable = Extract<BoundExpression, { kind: "Member" }>["member"];

/** Types whose methods hand back the very text that they are given first, where there is nothing to change; but for these methods. */
const HANDS_BACK = new Set(["System.String", "System.Object", "System.Convert"]);
const MAKES_ANEW = new Set(["Copy", "Format", "Join"]);

/** True if a member may hand back a text that it is given. */
export function handsBack(member: Callable): boolean {
  return HANDS_BACK.has(member.declaringType.definitionName) && !MAKES_ANEW.has(member.name);
}
