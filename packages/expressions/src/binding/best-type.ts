import type { NetType } from "../types/net-type.js";
import { errorType } from "../types/special-types.js";
import type { Binder } from "./binder.js";
import { implicitChange } from "./conversions.js";
import { converts } from "./convert.js";
import { isError, type Operand, typeOfOperand } from "./operand.js";

/** The one type among the operands' own to which all of them convert implicitly; null if there is none. */
export function bestCommonType(b: Binder, operands: readonly Operand[]): NetType | null {
  const candidates = new Set<NetType>();
  for (const operand of operands) {
    if (isError(operand)) return null;
    const type = typeOfOperand(operand);
    if (type !== null) candidates.add(type);
  }
  if (candidates.size === 1 && operands.every((operand) => typeOfOperand(operand) !== null)) return [...candidates][0]!;
  const best = [...candidates].filter((type) =>
    operands.every((operand) => {
      const own = typeOfOperand(operand);
      return own === null ? converts(b, operand, type) : implicitChange(own, type) !== null;
    }),
  );
  if (best.length === 1) return best[0]!;
  return null;
}

/** The one type among some to which the others convert; null if there is none. */
export function bestCommonTypeOf(types: ReadonlySet<NetType>): NetType | null {
  const all = [...types].filter((type) => type !== errorType);
  const best = all.filter((type) => all.every((other) => implicitChange(other, type) !== null));
  return best.length === 1 ? best[0]! : null;
}
