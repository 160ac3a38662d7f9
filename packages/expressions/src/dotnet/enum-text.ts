import { raise } from "../runtime/exceptions.js";
import type { ConstantSymbol, NetType } from "../types/net-type.js";

/** The names of an enum and their values. A value in raw form is its int. */
export interface EnumNames {
  /** Sorted by unsigned value, then by declaration. */
  readonly sorted: readonly { readonly name: string; readonly value: number }[];
  readonly byValue: ReadonlyMap<number, string>;
}

const namesOfType = new WeakMap<NetType, EnumNames>();

/** The names of an enum type. */
export function namesOf(type: NetType): EnumNames {
  const known = namesOfType.get(type);
  if (known !== undefined) return known;
  const sorted = type
    .memberNames()
    .map((name) => type.members(name)[0]!)
    .filter((member): member is ConstantSymbol => member.kind === "constant")
    .map((member) => ({ name: member.name, value: member.value as number }))
    .sort((a, b) => (a.value >>> 0) - (b.value >>> 0));
  const byValue = new Map<number, string>();
  for (const { name, value } of sorted) if (!byValue.has(value)) byValue.set(value, name);
  const names = { sorted, byValue };
  namesOfType.set(type, names);
  return names;
}

/** `Enum.ToString()`: the name, for `[Flags]` the names joined by ", ", otherwise the number. */
export function enumText(type: NetType, value: number): string {
  const name = namesOf(type).byValue.get(value);
  if (name !== undefined) return name;
  return type.isFlags ? flagsText(type, value) : String(value);
}

/** The names whose bits make up the value, largest taken first; the number if bits are left over. */
function flagsText(type: NetType, value: number): string {
  const { sorted, byValue } = namesOf(type);
  if (value === 0) return byValue.get(0) ?? "0";
  let rest = value;
  const found: string[] = [];
  for (let i = sorted.length - 1; i >= 0; i--) {
    const member = sorted[i]!;
    if (member.value === 0) break;
    if ((rest & member.value) !== member.value) continue;
    rest &= ~member.value;
    found.unshift(member.name);
  }
  return rest === 0 ? found.join(", ") : String(value);
}

/** `Enum.ToString(format)`: `G`, `F`, `D` and `X`. */
export function enumFormat(type: NetType, value: number, format: string | null): string {
  switch (format) {
    case null:
    case "":
    case "G":
    case "g":
      return enumText(type, value);
    case "F":
    case "f":
      return flagsText(type, value);
    case "D":
    case "d":
      return String(value);
    case "X":
    case "x":
      return (value >>> 0).toString(16).toUpperCase().padStart(8, "0");
    default:
      throw raise.format('Format String can be only "G", "g", "X", "x", "F", "f", "D" or "d".');
  }
}

/** The value that the text names: one name, names joined by commas, or a number. */
export function parseEnum(type: NetType, text: string | null, ignoreCase: boolean): number {
  if (text === null) throw raise.argumentNull("value");
  const trimmed = text.trim();
  if (trimmed === "") throw raise.argument("Must specify valid information for parsing in the string.");
  if (/^[-+]?\d+$/.test(trimmed)) {
    const number = Number(trimmed);
    if (Number.isInteger(number)) {
      if (number !== (number | 0)) throw raise.overflow("Value was either too large or too small for an Int32.");
      return number;
    }
  }
  const { sorted } = namesOf(type);
  let value = 0;
  for (const part of trimmed.split(",")) {
    const name = part.trim();
    const lower = name.toLowerCase();
    const found = sorted.find((member) => member.name === name || (ignoreCase && member.name.toLowerCase() === lower));
    if (found === undefined) throw raise.argument(`Requested value '${text}' was not found.`);
    value |= found.value;
  }
  return value;
}
