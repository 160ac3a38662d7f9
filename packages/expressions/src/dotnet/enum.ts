import { NetException, raise } from "../runtime/exceptions.js";
import { type CallSite, defineType, type Reference, withCall } from "../types/declare.js";
import type { ConstantSymbol, NetType } from "../types/net-type.js";
import { Boxed, NetArray } from "../types/values.js";
import { compare, typeOf } from "./object.js";
import type { NetTypeObject } from "./type.js";

/** Text, parsing and reflection of enums. An enum value in raw form is its int. */

interface EnumNames {
  /** Sorted by unsigned value, then by declaration. */
  readonly sorted: readonly { readonly name: string; readonly value: number }[];
  readonly byValue: ReadonlyMap<number, string>;
}

const namesOfType = new WeakMap<NetType, EnumNames>();

function namesOf(type: NetType): EnumNames {
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

function tryParseEnum(site: CallSite, text: string | null, ignoreCase: boolean, result: Reference): boolean {
  const type = enumType(site.typeArguments[0] ?? null, "TEnum");
  try {
    result.value = parseEnum(type, text, ignoreCase);
    return true;
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    result.value = 0;
    return false;
  }
}

function enumType(type: NetType | null, parameter: string): NetType {
  if (type === null) throw raise.argumentNull(parameter);
  if (type.kind !== "enum") throw raise.argument("Type provided must be an Enum.", parameter);
  return type;
}

const typeIn = (type: NetTypeObject | null) => enumType(type?.type ?? null, "enumType");

/** The enum's int out of an int or a boxed enum given as `object`. */
function numberIn(value: unknown, parameter: string): number {
  if (value === null) throw raise.argumentNull(parameter);
  if (typeof value === "number") return value;
  if (value instanceof Boxed) return Number(value.value) | 0;
  throw raise.argument(
    "The value passed in must be an enum base or an underlying type for an enum, such as an Int32.",
    parameter,
  );
}

function hasFlag(self: unknown, flag: unknown): boolean {
  if (flag === null) throw raise.argumentNull("flag");
  const value = self as Boxed;
  const wanted = flag as Boxed;
  if (value.type !== wanted.type)
    throw raise.argument(
      `The argument type, '${wanted.type.fullName}', is not the same as the enum type '${value.type.fullName}'.`,
    );
  return ((value.value as number) & (wanted.value as number)) === wanted.value;
}

/** `Enum.IsDefined(type, value)` for a value in object form: a name, an int or a value of the enum. */
function isDefined(type: NetType, value: unknown): boolean {
  if (value === null) throw raise.argumentNull("value");
  const names = namesOf(type);
  if (typeof value === "string") return names.sorted.some((member) => member.name === value);
  return names.byValue.has(numberIn(value, "value"));
}

/** Members of System.Enum outside the documented list are declared too: whoever allows more types finds them. */
export const enumTypes = [
  defineType("abstract class System.Enum : System.ValueType, IComparable, IFormattable", {
    "string ToString()": (self: Boxed) => enumText(self.type, self.value as number),
    "string ToString(string format)": (self: Boxed, format: string | null) => enumFormat(self.type, self.value as number, format),
    "string ToString(IFormatProvider provider)": (self: Boxed) => enumText(self.type, self.value as number),
    "string ToString(string format, IFormatProvider provider)": (self: Boxed, format: string | null) =>
      enumFormat(self.type, self.value as number, format),
    "int GetHashCode()": (self: Boxed) => self.value,
    "bool HasFlag(Enum flag)": hasFlag,
    "int CompareTo(object target)": withCall((site, self: Boxed, target: unknown) => {
      if (target !== null && typeOf(target, site.scope) !== self.type)
        throw raise.argument("Object must be the same type as the enum.");
      return compare(self, target);
    }),
    "static object Parse(Type enumType, string value)": (type: NetTypeObject, text: string) =>
      new Boxed(typeIn(type), parseEnum(type.type, text, false)),
    "static object Parse(Type enumType, string value, bool ignoreCase)": (
      type: NetTypeObject,
      text: string,
      ignoreCase: boolean,
    ) => new Boxed(typeIn(type), parseEnum(type.type, text, ignoreCase)),
    "static bool TryParse<TEnum>(string value, out TEnum result)": withCall((site, text: string, result: Reference) =>
      tryParseEnum(site, text, false, result),
    ),
    "static bool TryParse<TEnum>(string value, bool ignoreCase, out TEnum result)": withCall(
      (site, text: string, ignoreCase: boolean, result: Reference) => tryParseEnum(site, text, ignoreCase, result),
    ),
    "static string GetName(Type enumType, object value)": (type: NetTypeObject, value: unknown) =>
      namesOf(typeIn(type)).byValue.get(numberIn(value, "value")) ?? null,
    "static string[] GetNames(Type enumType)": withCall(
      (site, type: NetTypeObject) =>
        new NetArray(
          site.scope.find("System.String")!,
          namesOf(typeIn(type)).sorted.map((member) => member.name),
        ),
    ),
    "static Array GetValues(Type enumType)": (type: NetTypeObject) =>
      new NetArray(
        typeIn(type),
        namesOf(type.type).sorted.map((member) => member.value),
      ),
    "static bool IsDefined(Type enumType, object value)": (type: NetTypeObject, value: unknown) => isDefined(typeIn(type), value),
    "static object ToObject(Type enumType, int value)": (type: NetTypeObject, value: number) => new Boxed(typeIn(type), value),
    "static object ToObject(Type enumType, object value)": (type: NetTypeObject, value: unknown) =>
      new Boxed(typeIn(type), numberIn(value, "value")),
    "static string Format(Type enumType, object value, string format)": (
      type: NetTypeObject,
      value: unknown,
      format: string | null,
    ) => enumFormat(typeIn(type), numberIn(value, "value"), format),
  }),
];
