import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import type { NetType, TypeScopeView } from "../../types/net-type.js";
import { headerName } from "../../types/signature.js";
import { AnonymousObject, Boxed, NetArray, NetObject } from "../../types/values.js";
import { toFormat } from "../format/value.js";
import { Guid } from "../guid.js";
import { Uri } from "../net/uri.js";
import { Decimal } from "../numbers/decimal.js";
import { DateTime } from "../time/date-time.js";
import { DateTimeOffset } from "../time/date-time-offset.js";
import { TimeSpan } from "../time/time-span.js";
import type { Meter } from "./meter.js";
import { JToken } from "./token.js";
import { JTokenType } from "./token-type.js";
import { LINQ } from "./type-names.js";
import { compareStored, textOf } from "./value-compare.js";

/**
 * What a JValue holds, without a type scope: which .NET type it is, and the raw value. A `long` may be a number where that is
 * exact. `other` is a value in object form: DateTime, Guid, byte[], a boxed short …
 */
export type Stored =
  | { readonly kind: "null"; readonly value: null }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int" | "double" | "float"; readonly value: number }
  | { readonly kind: "long"; readonly value: number | bigint }
  | { readonly kind: "ulong" | "big"; readonly value: bigint }
  | { readonly kind: "other"; readonly value: object };

/** Kinds of values that a `JValue` holds. */
export type StoredKind = Stored["kind"];

const NO_CHILDREN: readonly JToken[] = [];

/** The header of Newtonsoft.Json.Linq.JValue. */
export const valueHeader: TypeHeader = {
  header: `class ${LINQ}.JValue : ${LINQ}.JToken, IFormattable, IComparable, IEquatable<JValue>, IComparable<JValue>`,
};

/** Newtonsoft.Json.Linq.JValue: a number, text, date … or null. */
export class JValue extends JToken {
  /**
   * @param type of JTokenType
   * @param kind which .NET type the value has
   */
  constructor(
    private tokenType: number,
    public kind: StoredKind,
    public value: unknown,
  ) {
    super();
  }

  static ofNull(): JValue {
    return new JValue(JTokenType.Null, "null", null);
  }

  static ofUndefined(): JValue {
    return new JValue(JTokenType.Undefined, "null", null);
  }

  /** A null stays a token of type String, as in .NET. */
  static ofString(text: string | null): JValue {
    return new JValue(JTokenType.String, text === null ? "null" : "string", text);
  }

  static ofBoolean(value: boolean): JValue {
    return new JValue(JTokenType.Boolean, "bool", value);
  }

  static ofLong(value: number | bigint): JValue {
    return new JValue(JTokenType.Integer, "long", value);
  }

  static ofDouble(value: number): JValue {
    return new JValue(JTokenType.Float, "double", value);
  }

  /** From a value in object form. Throws ArgumentException for values that JSON has no type for. */
  static of(value: unknown): JValue {
    const { kind, value: raw } = store(value);
    return new JValue(tokenTypeOf(kind, raw), kind, raw);
  }

  override get declaration() {
    return valueHeader;
  }

  override get type(): number {
    return this.tokenType;
  }

  override get children(): readonly JToken[] {
    return NO_CHILDREN;
  }

  /** Sets `Value` from object form; the type follows, but text keeps being a comment or raw JSON. */
  assign(value: unknown): void {
    const { kind, value: raw } = store(value);
    const keepsType = kind === "string" && (this.tokenType === JTokenType.Comment || this.tokenType === JTokenType.Raw);
    if (!keepsType) this.tokenType = kind === "null" ? JTokenType.Null : tokenTypeOf(kind, raw);
    this.kind = kind;
    this.value = raw;
  }

  /** `Value`, in object form. */
  toObject(scope: TypeScopeView): unknown {
    const { kind, value } = this;
    switch (kind) {
      case "long":
        return new Boxed(boxType(scope, "System.Int64"), BigInt(value as number | bigint));
      case "ulong":
        return new Boxed(boxType(scope, "System.UInt64"), value as bigint);
      case "big":
        return new Boxed(boxType(scope, "System.Numerics.BigInteger"), value as bigint);
      case "double":
        return new Boxed(boxType(scope, "System.Double"), value as number);
      case "float":
        return new Boxed(boxType(scope, "System.Single"), value as number);
      default:
        return value;
    }
  }

  override clone(meter: Meter): JValue {
    meter?.allocate(Weight.token);
    return new JValue(this.tokenType, this.kind, this.value);
  }

  override deepEquals(other: JToken): boolean {
    return other instanceof JValue && this.equals(other);
  }

  override equals(other: unknown): boolean {
    if (this === other) return true;
    return other instanceof JValue && this.tokenType === other.tokenType && compareStored(this.tokenType, this, other) === 0;
  }

  override get key(): string {
    return `JValue:${this.tokenType}:${this.kind === "null" ? "" : this.toText()}`;
  }

  /** By the type of this value, or of the other where this one is text and the other is not. */
  override compareTo(other: unknown): number | undefined {
    if (other === null) return 1;
    if (!(other instanceof JValue)) return compareStored(this.tokenType, this, store(other));
    const byOther = this.tokenType === JTokenType.String && other.tokenType !== JTokenType.String;
    return compareStored(byOther ? other.tokenType : this.tokenType, this, other);
  }

  override toText(): string {
    return this.kind === "null" ? "" : textOf(this);
  }

  /** As IFormattable, and as what System.Convert takes. */
  override toFormat(format: string): string {
    const value = this.toConvertible();
    return value === null ? this.toText() : toFormat(value, format);
  }

  /** The value in object form as System.Convert knows it; null where it does not. Boxes carry no type but the name of one. */
  toConvertible(): unknown {
    const { kind, value } = this;
    if (kind === "null" || kind === "big") return null;
    const type = BOX_TYPES[kind];
    if (type === undefined) return value;
    return new Boxed(type, kind === "long" ? BigInt(value as number | bigint) : (value as number | bigint));
  }
}

/** Enough of a type for formatting and converting a boxed number. */
const nameOnly = (definitionName: string) => ({ kind: "struct", definitionName, fullName: definitionName }) as unknown as NetType;
const BOX_TYPES: Partial<Record<StoredKind, NetType>> = {
  long: nameOnly("System.Int64"),
  ulong: nameOnly("System.UInt64"),
  double: nameOnly("System.Double"),
  float: nameOnly("System.Single"),
};

function boxType(scope: TypeScopeView, name: string): NetType {
  return scope.find(name) ?? scope.find("System.Object")!;
}

/** Object form → stored form. Throws ArgumentException for values that JSON has no type for. */
export function store(value: unknown): Stored {
  switch (typeof value) {
    case "string":
      return { kind: "string", value };
    case "number":
      return { kind: "int", value };
    case "boolean":
      return { kind: "bool", value };
    default:
  }
  if (value === null || value === undefined) return { kind: "null", value: null };
  if (value instanceof Boxed) return storeBoxed(value);
  if (value instanceof JValue) return value as unknown as Stored;
  if (tokenTypeOfObject(value) === undefined) throw unknownType(value);
  return { kind: "other", value };
}

function storeBoxed(value: Boxed): Stored {
  switch (value.type.definitionName) {
    case "System.Int64":
      return { kind: "long", value: value.value as bigint };
    case "System.UInt64":
      return { kind: "ulong", value: value.value as bigint };
    case "System.Double":
      return { kind: "double", value: value.value as number };
    case "System.Single":
      return { kind: "float", value: value.value as number };
    case "System.Numerics.BigInteger":
      return { kind: "big", value: value.value as bigint };
    case "System.Char":
      throw unknownType(value);
    default:
      return { kind: "other", value };
  }
}

const unknownType = (value: unknown) =>
  raise.argument(
    `Could not determine JSON object type for type ${value instanceof Boxed ? value.type.fullName : typeNameOf(value)}.`,
  );

/** The .NET name of an object's type, as far as it can be told without a scope. */
function typeNameOf(value: unknown): string {
  if (value instanceof NetArray) return `${value.elementType.fullName}[]`;
  if (value instanceof AnonymousObject) return value.type.fullName;
  if (!(value instanceof NetObject)) return "System.Object";
  const { typeArguments, declaration } = value;
  const name = headerName(declaration.header).name;
  return typeArguments.length === 0
    ? name
    : `${name}\`${typeArguments.length}[${typeArguments.map((type) => type.fullName).join(",")}]`;
}

/** The token type of a value by its .NET type. */
export function tokenTypeOf(kind: StoredKind, value: unknown): number {
  switch (kind) {
    case "null":
      return JTokenType.Null;
    case "string":
      return JTokenType.String;
    case "bool":
      return JTokenType.Boolean;
    case "double":
    case "float":
      return JTokenType.Float;
    case "other":
      return tokenTypeOfObject(value) ?? JTokenType.String;
    default:
      return JTokenType.Integer;
  }
}

/** The token type of an object that JSON has one for; undefined for others. */
export function tokenTypeOfObject(value: unknown): number | undefined {
  if (value instanceof Boxed) return JTokenType.Integer;
  if (value instanceof Decimal) return JTokenType.Float;
  if (value instanceof DateTime || value instanceof DateTimeOffset) return JTokenType.Date;
  if (value instanceof Guid) return JTokenType.Guid;
  if (value instanceof Uri) return JTokenType.Uri;
  if (value instanceof TimeSpan) return JTokenType.TimeSpan;
  if (value instanceof NetArray && value.items instanceof Uint8Array) return JTokenType.Bytes;
  return undefined;
}

/** The header of Newtonsoft.Json.Linq.JRaw. */
export const rawHeader: TypeHeader = { header: `class ${LINQ}.JRaw : ${LINQ}.JValue` };

/** Newtonsoft.Json.Linq.JRaw: JSON text that is written as it is. */
export class JRaw extends JValue {
  constructor(text: string | null) {
    super(JTokenType.Raw, text === null ? "null" : "string", text);
  }

  override get declaration() {
    return rawHeader;
  }

  override clone(meter: Meter): JRaw {
    meter?.allocate(Weight.token);
    return new JRaw(this.value as string | null);
  }
}

/** A number of a text that is about to be deserialized: it keeps its digits, which a decimal wants. */
export class ReadNumber extends JValue {
  constructor(
    value: number,
    readonly source: string,
  ) {
    super(JTokenType.Float, "double", value);
  }
}
