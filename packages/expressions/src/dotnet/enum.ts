import { NetException, raise } from "../runtime/exceptions.js";
import { type CallSite, defineType, type Reference, withCall } from "../types/declare.js";
import type { NetType } from "../types/net-type.js";
import { Boxed, NetArray } from "../types/values.js";
import { enumFormat, enumText, namesOf, parseEnum } from "./enum-text.js";
import { compare, typeOf } from "./object.js";
import type { NetTypeObject } from "./type.js";

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
