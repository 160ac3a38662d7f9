import type { BoundExpression } from "../bound/tree.js";
import type { NetType } from "../types/net-type.js";
import { errorType } from "../types/special-types.js";
import { fits, isIntegral, numericOf } from "./numeric-types.js";
import { type Change, IDENTITY, numericChange, RELABEL, standardExplicit, standardImplicit } from "./standard-conversions.js";
import { userConversion } from "./user-conversions.js";

type Known = WeakMap<NetType, WeakMap<NetType, Change | null>>;
const implicitKnown: Known = new WeakMap();
const explicitKnown: Known = new WeakMap();

function remembered(known: Known, from: NetType, to: NetType, find: () => Change | null): Change | null {
  let row = known.get(from);
  if (row === undefined) {
    row = new WeakMap();
    known.set(from, row);
  }
  let change = row.get(to);
  if (change === undefined) {
    change = find();
    row.set(to, change);
  }
  return change;
}

/** The implicit conversion from a type to another, by the types alone; null if there is none. */
export function implicitChange(from: NetType, to: NetType): Change | null {
  if (from === to || from === errorType || to === errorType) return IDENTITY;
  return remembered(implicitKnown, from, to, () => standardImplicit(from, to) ?? userConversion(from, to, "implicit"));
}

/** The explicit conversion (a cast) from a type to another; null if there is none. */
export function explicitChange(from: NetType, to: NetType): Change | null {
  if (from === to || from === errorType || to === errorType) return IDENTITY;
  return remembered(
    explicitKnown,
    from,
    to,
    () => standardImplicit(from, to) ?? standardExplicit(from, to) ?? userConversion(from, to, "explicit"),
  );
}

/**
 * The implicit conversion of a constant that its type alone would not have: an int that fits a narrower type, a zero to
 * an enum. Null if there is none.
 */
export function constantChange(node: BoundExpression, to: NetType): Change | null {
  if (node.kind !== "Constant") return null;
  const { value, type } = node;
  if (typeof value !== "number" && typeof value !== "bigint") return null;
  const target = to.underlying ?? to;
  const from = numericOf(type);
  if (from === null || from === "char" || !isIntegral(from)) return null;
  let change: Change | null = null;
  if (target.kind === "enum") {
    if (value === 0 || value === 0n) change = numericChange(type, target);
  } else {
    const kind = numericOf(target);
    if (kind === null || kind === "char" || !isIntegral(kind)) return null;
    if (from === "int" ? fits(value, kind) : from === "long" && kind === "ulong" && value >= 0n)
      change = numericChange(type, target);
  }
  if (change === null) return null;
  return target === to ? change : { kind: "steps", first: change, via: target, then: RELABEL };
}
