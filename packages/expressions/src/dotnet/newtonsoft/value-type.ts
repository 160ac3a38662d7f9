import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import { toFormat } from "../format/value.js";
import { typedNull } from "./token-conversions.js";
import { JTokenType } from "./token-type.js";
import { JRaw, JValue, rawHeader, valueHeader } from "./value.js";

const format = withCall((site: CallSite, self: JValue, pattern: string | null) =>
  self.kind === "null" ? "" : toFormat(self.toObject(site.scope), pattern),
);

const text = (type: number) => (value: string | null) => new JValue(type, value === null ? "null" : "string", value);

const constructors: Record<string, Implementation> = {
  "new(JValue other)": (other: JValue | null) => {
    if (other === null) throw raise.nullReference();
    return new JValue(other.type, other.kind, other.value);
  },
  "new(long value)": (value: bigint) => JValue.ofLong(value),
  "new(ulong value)": (value: bigint) => new JValue(JTokenType.Integer, "ulong", value),
  "new(double value)": (value: number) => JValue.ofDouble(value),
  "new(float value)": (value: number) => new JValue(JTokenType.Float, "float", value),
  "new(char value)": (value: number) => JValue.ofString(String.fromCharCode(value)),
  "new(bool value)": (value: boolean) => JValue.ofBoolean(value),
  "new(string value)": (value: string | null) => JValue.ofString(value),
  "new(Uri value)": (value: object | null) => typedNull(JTokenType.Uri, value),
  "new(object value)": (value: unknown) => JValue.of(value),
};
for (const type of ["decimal", "DateTime", "DateTimeOffset", "Guid", "TimeSpan"])
  constructors[`new(${type} value)`] = (value: object) => JValue.of(value);

/** Newtonsoft.Json.Linq.JValue. */
export const valueType: TypeDeclaration = defineType(valueHeader.header, {
  ...constructors,
  "static JValue CreateComment(string value)": text(JTokenType.Comment),
  "static JValue CreateString(string value)": text(JTokenType.String),
  "static JValue CreateNull()": () => JValue.ofNull(),
  "static JValue CreateUndefined()": () => JValue.ofUndefined(),
  "object Value { get; set; }": {
    get: withCall((site, self: JValue) => self.toObject(site.scope)),
    set: (self: JValue, value: unknown) => self.assign(value),
  },
  "bool Equals(JValue other)": (self: JValue, other: JValue | null) => other !== null && self.equals(other),
  "bool Equals(object obj)": (self: JValue, other: unknown) => self.equals(other),
  "int CompareTo(JValue obj)": (self: JValue, other: JValue | null) => self.compareTo(other),
  "int CompareTo(object obj)": (self: JValue, other: unknown) => self.compareTo(other),
  "string ToString()": (self: JValue) => self.toText(),
  "string ToString(string format)": format,
  "string ToString(IFormatProvider formatProvider)": (self: JValue) => self.toText(),
  "string ToString(string format, IFormatProvider formatProvider)": format,
});

/** Newtonsoft.Json.Linq.JRaw. */
export const rawType: TypeDeclaration = defineType(rawHeader.header, {
  "new(JRaw other)": (other: JRaw | null) => {
    if (other === null) throw raise.nullReference();
    return new JRaw(other.value as string | null);
  },
  "new(object rawJson)": (value: unknown) => new JRaw(value === null ? null : toFormat(value, null)),
});
