import type { NumericKind, NumericType } from "../bound/tree.js";
import { type Integer, integerRanges } from "../dotnet/numbers/integer-ranges.js";
import type { NetType } from "../types/net-type.js";
import type { Binder } from "./binder.js";
import type { CoreTypes } from "./core-types.js";

const NUMERIC: ReadonlyMap<string, NumericType> = new Map<string, NumericType>([
  ["System.SByte", "sbyte"],
  ["System.Byte", "byte"],
  ["System.Int16", "short"],
  ["System.UInt16", "ushort"],
  ["System.Char", "char"],
  ["System.Int32", "int"],
  ["System.UInt32", "uint"],
  ["System.Int64", "long"],
  ["System.UInt64", "ulong"],
  ["System.Single", "float"],
  ["System.Double", "double"],
  ["System.Decimal", "decimal"],
]);

/** Which number type it is; null for others, enums and nullables too. */
export function numericOf(type: NetType): NumericType | null {
  return NUMERIC.get(type.definitionName) ?? null;
}

/** As `numericOf`, with enums taken as their ints. */
export function numericOrEnum(type: NetType): NumericType | null {
  return type.kind === "enum" ? "int" : numericOf(type);
}

/** The type of a promoted kind. */
export function typeOfKind(core: CoreTypes, kind: NumericType): NetType {
  return core[kind];
}

/** Implicit numeric conversions: from each type to which others. */
const WIDENING: Record<NumericType, readonly NumericType[]> = {
  sbyte: ["short", "int", "long", "float", "double", "decimal"],
  byte: ["short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
  short: ["int", "long", "float", "double", "decimal"],
  ushort: ["int", "uint", "long", "ulong", "float", "double", "decimal"],
  char: ["ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"],
  int: ["long", "float", "double", "decimal"],
  uint: ["long", "ulong", "float", "double", "decimal"],
  long: ["float", "double", "decimal"],
  ulong: ["float", "double", "decimal"],
  float: ["double"],
  double: [],
  decimal: [],
};

/** True if there is an implicit conversion between two different number types. */
export function widens(from: NumericType, to: NumericType): boolean {
  return WIDENING[from].includes(to);
}

/** True if the type holds whole numbers, characters among them. */
export function isIntegral(type: NumericType): type is Integer {
  return type in integerRanges;
}

/** True if a constant of an integral type fits another one. */
export function fits(value: number | bigint, to: NumericType): boolean {
  if (!isIntegral(to)) return true;
  const [least, greatest] = integerRanges[to];
  const whole = BigInt(value);
  return whole >= least && whole <= greatest;
}

/** The kind that one operand of arithmetic is promoted to. */
export function promoteUnary(type: NumericType): NumericKind {
  switch (type) {
    case "sbyte":
    case "byte":
    case "short":
    case "ushort":
    case "char":
      return "int";
    default:
      return type;
  }
}

/**
 * The kind that two operands of arithmetic are promoted to. Null where C# has none: decimal with a binary real, ulong with a
 * signed integer. `leftFits`/`rightFits`: the operand is a constant that is not negative, and so converts to unsigned types.
 */
export function promoteBinary(left: NumericType, right: NumericType, leftFits: boolean, rightFits: boolean): NumericKind | null {
  const a = promoteUnary(left);
  const b = promoteUnary(right);
  if (a === "decimal" || b === "decimal") {
    const other = a === "decimal" ? b : a;
    return other === "float" || other === "double" ? null : "decimal";
  }
  if (a === "double" || b === "double") return "double";
  if (a === "float" || b === "float") return "float";
  if (a === "ulong" || b === "ulong") {
    if (a === b || a === "uint" || b === "uint") return "ulong";
    const [type, positive] = a === "ulong" ? [right, rightFits] : [left, leftFits];
    return positive || (promoteUnary(type) === "int" && widens(type, "ulong")) ? "ulong" : null;
  }
  if (a === "long" || b === "long") return "long";
  if (a === "uint" || b === "uint") {
    if (a === b) return "uint";
    const [type, positive] = a === "uint" ? [right, rightFits] : [left, leftFits];
    return positive || widens(type, "uint") ? "uint" : "long";
  }
  return "int";
}

/** Without the `?` of a nullable value type. */
export function stripNullable(type: NetType): NetType {
  return type.underlying ?? type;
}

/** True if null can be a value of the type. */
export function acceptsNull(type: NetType): boolean {
  return !type.isValueType || type.underlying !== null;
}

/** The nullable form of a value type; other types as they are. */
export function nullableForm(b: Binder, type: NetType): NetType {
  return type.isValueType && type.underlying === null ? b.scope.nullableOf(type) : type;
}
