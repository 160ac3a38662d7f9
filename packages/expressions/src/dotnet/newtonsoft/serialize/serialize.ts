import { NetException } from "../../../runtime/exceptions.js";
import { Weight } from "../../../runtime/weights.js";
import type { CallSite } from "../../../types/declare.js";
import type { NetType, PropertySymbol } from "../../../types/net-type.js";
import { AnonymousObject, Boxed, NetArray, NetEnumerable, NetObject } from "../../../types/values.js";
import { KeyValuePair } from "../../collections/key-value-pair.js";
import { ReadOnlyDictionaryObject } from "../../collections/read-only-dictionary.js";
import { box, elementTypeOf, toText, typeOf } from "../../object.js";
import { DateTime } from "../../time/date-time.js";
import { DateTimeOffset } from "../../time/date-time-offset.js";
import { NetTypeObject } from "../../type.js";
import { XObject } from "../../xml-linq/index.js";
import { JArray } from "../array.js";
import { jsonError } from "../errors.js";
import { JObject } from "../object.js";
import { JProperty } from "../property.js";
import { JToken } from "../token.js";
import { JValue, tokenTypeOfObject } from "../value.js";
import { dateText } from "../writer.js";
import { tokenOfXml } from "./xml.js";

/** How values are serialized. */
export interface SerializeOptions {
  /** Properties whose value is null are left out. */
  readonly ignoreNulls?: boolean;
}

const MOST_DEPTH = 500;

/** Newtonsoft's serializer with its default settings, to tokens. */
class Serializer {
  /** The objects around the one at hand. */
  private readonly open: object[] = [];

  constructor(
    private readonly site: CallSite,
    private readonly options: SerializeOptions,
  ) {}

  token(value: unknown, name: string): JToken {
    this.site.run.allocate(Weight.token);
    if (value === null || value === undefined) return JValue.ofNull();
    if (typeof value !== "object") return typeof value === "function" ? new JObject() : JValue.of(value);
    if (value instanceof JToken) return value.clone(this.site.run);
    if (value instanceof Boxed) return boxedToken(value);
    if (tokenTypeOfObject(value) !== undefined) return JValue.of(value);
    if (value instanceof NetTypeObject) return JValue.ofString(toText(value));
    if (value instanceof XObject) return tokenOfXml(this.site, value);
    if (this.open.includes(value))
      throw jsonError.serialization(
        `Self referencing loop detected with type '${typeOf(value, this.site.scope)?.fullName}'. Path '${name}'.`,
      );
    if (this.open.length >= MOST_DEPTH) throw jsonError.serialization("The object is nested too deep.");
    this.open.push(value);
    const token = this.container(value);
    this.open.pop();
    return token;
  }

  private container(value: object): JToken {
    if (value instanceof AnonymousObject)
      return this.members(value.names.map((name, i) => [name, box(value.values[i], value.types[i]!)]));
    if (value instanceof NetArray && value.rank > 1) return this.rows(value, value.lengths!, 0, 0);
    if (value instanceof ReadOnlyDictionaryObject) return this.dictionary(value);
    if (value instanceof NetArray || value instanceof NetEnumerable) return this.sequence(value);
    if (value instanceof NetException) return this.members(exceptionMembers(value));
    if (!(value instanceof NetObject)) return new JObject();
    return this.members(this.properties(value));
  }

  private sequence(value: NetArray | NetEnumerable): JArray {
    const type = elementTypeOf(value, this.site.scope);
    const array = new JArray();
    let index = 0;
    for (const item of value) {
      this.site.run.step();
      array.attach(this.token(box(item, type), `[${index++}]`));
    }
    return array;
  }

  /** An array of several dimensions as arrays of arrays. */
  private rows(value: NetArray, lengths: readonly number[], dimension: number, from: number): JArray {
    const array = new JArray();
    const size = lengths.slice(dimension + 1).reduce((product, length) => product * length, 1);
    for (let i = 0; i < lengths[dimension]!; i++) {
      const at = from + i * size;
      array.attach(
        dimension === lengths.length - 1
          ? this.token(box(value.items[at], value.elementType), "")
          : this.rows(value, lengths, dimension + 1, at),
      );
    }
    return array;
  }

  private dictionary(value: ReadOnlyDictionaryObject): JObject {
    const [keyType, valueType] = value.types;
    const object = new JObject();
    for (const [key, item] of value.entries()) {
      this.site.run.step();
      this.put(object, keyText(box(key, keyType)), box(item, valueType));
    }
    return object;
  }

  private members(members: readonly (readonly [string, unknown])[]): JObject {
    const object = new JObject();
    for (const [name, value] of members) {
      if (this.options.ignoreNulls === true && value === null) continue;
      this.put(object, name, value);
    }
    return object;
  }

  private put(object: JObject, name: string, value: unknown): void {
    const token = this.token(value, name);
    const known = object.property(name);
    if (known === null) object.attach(JProperty.of(name, token));
    else known.attach(token);
  }

  /** The public properties of an object, those of base classes last. */
  private properties(value: NetObject): [string, unknown][] {
    if (value instanceof KeyValuePair)
      return [
        ["Key", box(value.name, value.types[0])],
        ["Value", box(value.value, value.types[1])],
      ];
    const found: [string, unknown][] = [];
    for (let type = typeOf(value, this.site.scope); type !== null; type = type.baseType)
      for (const property of readable(type))
        if (!found.some(([name]) => name === property.name))
          found.push([property.name, box(this.read(value, property), property.type)]);
    return found;
  }

  private read(value: NetObject, property: PropertySymbol): unknown {
    this.site.run.step();
    const { implementation } = property;
    const get = "get" in implementation ? implementation.get : implementation;
    const site = {
      ...this.site,
      run: this.site.run,
      scope: this.site.scope,
      declaringArguments: property.declaringType.arguments,
    };
    if (typeof get === "function") return get(value as never);
    return "call" in get ? get.call(site, value as never) : null;
  }
}

function readable(type: NetType): PropertySymbol[] {
  return type
    .memberNames()
    .flatMap((name) => type.members(name))
    .filter(
      (member): member is PropertySymbol =>
        member.kind === "property" && !member.isStatic && member.canRead && member.parameters.length === 0,
    );
}

function boxedToken(value: Boxed): JValue {
  return value.type.definitionName === "System.Char"
    ? JValue.ofString(String.fromCharCode(value.value as number))
    : JValue.of(value);
}

/** A dictionary's key as a name: dates in ISO form, anything else as its text. */
function keyText(key: unknown): string {
  return key instanceof DateTime || key instanceof DateTimeOffset ? dateText(key) : toText(key);
}

function exceptionMembers(value: NetException): [string, unknown][] {
  return [
    ["ClassName", value.typeName],
    ["Message", value.message],
    ["Data", null],
    ["InnerException", value.inner],
    ["HelpURL", null],
    ["StackTraceString", null],
    ["RemoteStackTraceString", null],
    ["RemoteStackIndex", 0],
    ["ExceptionMethod", null],
    ["HResult", -2146233088],
    ["Source", null],
  ];
}

/** A value in object form as new tokens. Throws JsonSerializationException. */
export function tokenOfValue(site: CallSite, value: unknown, options: SerializeOptions = {}): JToken {
  return new Serializer(site, options).token(value, "");
}
