import type { NetType } from "../types/net-type.js";
import type { TypeScope } from "../types/scope.js";

/** A name that the host supplies, such as `context`. */
export interface GlobalVariable {
  readonly index: number;
  readonly type: NetType;
}

/** The variables that a host gives to an expression, by name; `globals` has their types as texts, in the order of their values. */
export function globalsOf(scope: TypeScope, globals: Readonly<Record<string, string>>): Map<string, GlobalVariable> {
  return new Map(Object.entries(globals).map(([name, type], index) => [name, { index, type: scope.parseType(type) }]));
}
