import type { NetType } from "./net-type.js";

const ZEROS = new Map<string, unknown>([
  ["System.Boolean", false],
  ["System.Int64", 0n],
  ["System.UInt64", 0n],
]);

/** The raw value of `default(T)`: what a new array holds and a local without a value starts with. */
export function zeroOf(type: NetType): unknown {
  if (!type.isValueType || type.underlying !== null) return null;
  const declared = type.declaration?.options.zero;
  if (typeof declared === "function") return declared(type);
  if (declared !== undefined) return declared;
  return ZEROS.has(type.definitionName) ? ZEROS.get(type.definitionName) : 0;
}
