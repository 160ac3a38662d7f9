import type { MethodSymbol, NetType } from "../types/net-type.js";
import { type Change, IDENTITY, standardExplicit, standardImplicit } from "./standard-conversions.js";

interface Candidate {
  readonly method: MethodSymbol;
  readonly from: NetType;
  readonly to: NetType;
}

/** The user-defined conversion from a type to another, by the rules of C#: the most specific operator; null if none or several. */
export function userConversion(from: NetType, to: NetType, mode: "implicit" | "explicit"): Change | null {
  const direct = find(from, to, mode);
  if (direct !== null) return direct;
  if (from.underlying === null) return null;
  // Lifted: from `S?` to `T?` by an operator from S to T.
  const inner = find(from.underlying, to.underlying ?? to, mode);
  if (inner === null || inner.kind !== "user") return null;
  if (to.underlying !== null || !to.isValueType) return to.underlying === null ? null : { ...inner, lifted: true };
  if (mode === "implicit") return null;
  return { kind: "steps", first: { kind: "simple", conversion: { kind: "unwrap" } }, via: from.underlying, then: inner };
}

function find(from: NetType, to: NetType, mode: "implicit" | "explicit"): Change | null {
  if (from.kind === "null" || from.kind === "void" || to.kind === "void") return null;
  if (from.kind === "interface" || to.kind === "interface") return null;
  const fits = mode === "implicit" ? implies : reaches;
  const candidates = operatorsOf(from, to, mode).filter((candidate) => fits(from, candidate.from) && fits(candidate.to, to));
  if (candidates.length === 0) return null;
  const source = mostSpecificSource(candidates, from);
  const target = mostSpecificTarget(candidates, to);
  if (source === null || target === null) return null;
  const best = candidates.filter((candidate) => candidate.from === source && candidate.to === target);
  const chosen = best[0];
  if (chosen === undefined || best.length > 1) return null;
  const before = changeBetween(from, chosen.from);
  const after = changeBetween(chosen.to, to);
  if (before === null || after === null) return null;
  return { kind: "user", method: chosen.method, before, after, lifted: false };
}

function changeBetween(from: NetType, to: NetType): Change | null {
  if (from === to) return IDENTITY;
  return standardImplicit(from, to) ?? standardExplicit(from, to);
}

function implies(from: NetType, to: NetType): boolean {
  return standardImplicit(from, to) !== null;
}

/** A standard conversion one way or the other. */
function reaches(from: NetType, to: NetType): boolean {
  return implies(from, to) || implies(to, from);
}

function operatorsOf(from: NetType, to: NetType, mode: "implicit" | "explicit"): Candidate[] {
  const found: Candidate[] = [];
  const seen = new Set<NetType>();
  for (const start of [from, to])
    for (let type: NetType | null = start.underlying ?? start; type !== null; type = type.baseType) {
      if (seen.has(type)) break;
      seen.add(type);
      add(found, type, "implicit");
      if (mode === "explicit") add(found, type, "explicit");
    }
  return found;
}

function add(found: Candidate[], type: NetType, name: "implicit" | "explicit"): void {
  for (const member of type.members(name))
    if (member.kind === "conversion") found.push({ method: member, from: member.parameters[0]!.type, to: member.returnType });
}

/** The operator's parameter type nearest to the source: the source itself, else the one all others can be reached from. */
function mostSpecificSource(candidates: readonly Candidate[], from: NetType): NetType | null {
  const types = new Set(candidates.map((candidate) => candidate.from));
  if (types.has(from)) return from;
  const above = [...types].filter((type) => implies(from, type));
  if (above.length > 0) return unique(above, (type, other) => implies(type, other));
  return unique([...types], (type, other) => implies(other, type));
}

function mostSpecificTarget(candidates: readonly Candidate[], to: NetType): NetType | null {
  const types = new Set(candidates.map((candidate) => candidate.to));
  if (types.has(to)) return to;
  const below = [...types].filter((type) => implies(type, to));
  if (below.length > 0) return unique(below, (type, other) => implies(other, type));
  return unique([...types], (type, other) => implies(type, other));
}

/** The one type for which `isBetter` holds against all others. */
function unique(types: readonly NetType[], isBetter: (type: NetType, other: NetType) => boolean): NetType | null {
  const best = types.filter((type) => types.every((other) => other === type || isBetter(type, other)));
  return best.length === 1 ? best[0]! : null;
}
