import { NetException } from "../../../runtime/exceptions.js";
import { Weight } from "../../../runtime/weights.js";
import type { CallSite } from "../../../types/declare.js";
import type { NetType } from "../../../types/net-type.js";
import { zeroOf } from "../../../types/zero.js";
import { Dictionary } from "../../collections/dictionary.js";
import { HashSet } from "../../collections/hash-set.js";
import { KeyValuePair, pairTypes } from "../../collections/key-value-pair.js";
import { List, ReadOnlyCollection } from "../../collections/list.js";
import { arrayOfItems } from "../../collections/list-type.js";
import { Queue, Stack } from "../../collections/queue.js";
import { parseEnum } from "../../enum-text.js";
import { box, typeOf } from "../../object.js";
import { Tuple } from "../../system/tuple.js";
import { JArray } from "../array.js";
import { dateOfText } from "../dates.js";
import { jsonError } from "../errors.js";
import { JObject } from "../object.js";
import type { JProperty } from "../property.js";
import type { JToken } from "../token.js";
import { convertToken, targets } from "../token-conversions.js";
import { JTokenType } from "../token-type.js";
import { JValue } from "../value.js";
import { writeJson } from "../writer.js";
import { scalarOf } from "./scalars.js";
import { documentOfJson, takenRoot } from "./xml-of-json.js";

const GENERIC = "System.Collections.Generic.";
const LISTS = new Set(
  ["List", "IList", "ICollection", "IEnumerable", "IReadOnlyList", "IReadOnlyCollection"].map((name) => GENERIC + name),
);
const SETS = new Set([`${GENERIC}HashSet`, `${GENERIC}ISet`]);
const DICTIONARIES = new Set(["Dictionary", "IDictionary", "IReadOnlyDictionary"].map((name) => GENERIC + name));

/**
 * Where tokens come from: given by the expression, or read of a text for this, so that they are nobody else's; then dates are
 * still text, and stay so (`plain text`) or not.
 */
export type Source = "token" | "text" | "plain text";

/** Newtonsoft's serializer with its default settings, from tokens to values in raw form. */
class Deserializer {
  constructor(
    private readonly site: CallSite,
    private readonly source: Source,
  ) {}

  value(token: JToken, type: NetType): unknown {
    this.site.run.allocate(Weight.token);
    this.site.run.step();
    if (type.definitionName === "System.Object") return this.object(token);
    if (type.definitionName.startsWith("Newtonsoft.Json.Linq.J")) return this.token(token, type);
    const target = type.underlying ?? type;
    const isNullable = !type.isValueType || type.underlying !== null;
    if (token instanceof JValue && (token.kind === "null" || (isNullable && token.value === "" && hasNoEmpty(target)))) {
      if (isNullable) return null;
      throw this.cannotConvert(token, type);
    }
    const scalar = scalarOf(target);
    if (scalar !== null) {
      const value = scalar(this.site, token, target, this.source !== "token");
      if (value === null && !isNullable) throw this.cannotConvert(token, type);
      return value;
    }
    if (target.kind === "array" && target.rank === 1)
      return arrayOfItems(target.elementType!, this.items(token, target, target.elementType!));
    return this.container(token, target);
  }

  private container(token: JToken, type: NetType): unknown {
    const { definitionName, arguments: args } = type;
    const [first] = args;
    if (DICTIONARIES.has(definitionName)) return this.dictionary(token, type);
    if (first !== undefined) {
      if (LISTS.has(definitionName)) return new List(first, this.items(token, type, first));
      if (SETS.has(definitionName)) {
        const set = new HashSet(first);
        for (const item of this.items(token, type, first)) set.addItem(item);
        return set;
      }
      switch (definitionName) {
        case `${GENERIC}Queue`:
          return new Queue(first, this.items(token, type, first));
        case `${GENERIC}Stack`:
          return new Stack(first, this.items(token, type, first));
        case `${GENERIC}KeyValuePair`:
          return this.pair(token, type);
        case "System.Collections.ObjectModel.ReadOnlyCollection":
          return new ReadOnlyCollection(first, new List(first, this.items(token, type, first)));
        case "System.Tuple":
          return this.tuple(token, type);
        default:
      }
    }
    if (definitionName === "System.Collections.IEnumerable" || definitionName === "System.Collections.IList")
      return this.token(token, this.site.scope.find("Newtonsoft.Json.Linq.JArray")!);
    if (definitionName === "System.Xml.Linq.XDocument" || definitionName === "System.Xml.Linq.XElement") {
      const document = documentOfJson(this.site, token);
      return definitionName.endsWith("XDocument") ? document : takenRoot(document);
    }
    if (!(token instanceof JObject)) throw token instanceof JArray ? this.needsObject(type) : this.cannotConvert(token, type);
    throw jsonError.serialization(`Unable to find a constructor to use for type ${type.fullName}. Path '${token.path}'.`);
  }

  private items(token: JToken, type: NetType, elementType: NetType): unknown[] {
    if (token instanceof JArray) return token.children.map((item) => this.value(item, elementType));
    if (!(token instanceof JObject)) throw this.cannotConvert(token, type);
    throw jsonError.serialization(
      `Cannot deserialize the current JSON object (e.g. {"name":"value"}) into type '${type.fullName}' because the type requires a JSON array (e.g. [1,2,3]) to deserialize correctly. Path '${token.path}'.`,
    );
  }

  private needsObject(type: NetType): NetException {
    return jsonError.serialization(
      `Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '${type.fullName}' because the type requires a JSON object (e.g. {"name":"value"}) to deserialize correctly.`,
    );
  }

  private properties(token: JToken, type: NetType): readonly JProperty[] {
    if (token instanceof JObject) return token.children;
    throw token instanceof JArray ? this.needsObject(type) : this.cannotConvert(token, type);
  }

  private dictionary(token: JToken, type: NetType): Dictionary {
    const types = pairTypes(type.arguments);
    const made = new Dictionary(types);
    for (const { name, value } of this.properties(token, type))
      made.set(this.value(JValue.ofString(name), types[0]), value === null ? null : this.value(value, types[1]));
    return made;
  }

  /** The value of a property whatever the case of its name; the type's zero where there is none. */
  private member(token: JToken, type: NetType, name: string, memberType: NetType): unknown {
    const properties = this.properties(token, type);
    const found =
      properties.find((property) => property.name === name) ??
      properties.find((property) => property.name.toLowerCase() === name.toLowerCase());
    return found === undefined || found.value === null ? zeroOf(memberType) : this.value(found.value, memberType);
  }

  private pair(token: JToken, type: NetType): KeyValuePair {
    const types = pairTypes(type.arguments);
    return new KeyValuePair(this.member(token, type, "Key", types[0]), this.member(token, type, "Value", types[1]), types);
  }

  private tuple(token: JToken, type: NetType): Tuple {
    const items = type.arguments.map((argument, i) => this.member(token, type, i === 7 ? "Rest" : `Item${i + 1}`, argument));
    return new Tuple(type.declaration!, type.arguments, items);
  }

  /** For targets that keep tokens. */
  private token(token: JToken, type: NetType): unknown {
    if (token.type === JTokenType.Null && !isTokenType(type, "JToken") && !isTokenType(type, "JValue")) return null;
    if (!typeOf(token, this.site.scope)!.isAssignableTo(type))
      throw new NetException("System.InvalidCastException", "Specified cast is not valid.");
    return this.owned(token);
  }

  private object(token: JToken): unknown {
    const own = this.owned(token);
    return own instanceof JValue ? own.toObject(this.site.scope) : own;
  }

  /** A token that belongs to nobody else, with its dates. */
  private owned(token: JToken): JToken {
    if (this.source === "token") return token.clone(this.site.run);
    token.parent = null;
    return this.source === "text" ? withDates(token) : token;
  }

  private cannotConvert(token: JToken, type: NetType): NetException {
    const text = token instanceof JValue ? (token.kind === "null" ? "{null}" : writeJson(token, false, null)) : "{}";
    return jsonError.serialization(`Error converting value ${text} to type '${type.fullName}'. Path '${token.path}'.`);
  }
}

/** An empty text stands for null, but not where text or bytes are wanted. */
const hasNoEmpty = (type: NetType) =>
  type.definitionName !== "System.String" && type.elementType?.definitionName !== "System.Byte";

const isTokenType = (type: NetType, name: string) => type.definitionName === `Newtonsoft.Json.Linq.${name}`;

/** Texts that look like dates become dates, and `undefined` becomes null, in place. */
function withDates(root: JToken): JToken {
  const pending = [root];
  for (let token = pending.pop(); token !== undefined; token = pending.pop()) {
    if (token instanceof JValue) {
      const date = token.type === JTokenType.String && token.kind === "string" ? dateOfText(token.value as string) : null;
      if (date !== null) token.assign(date);
      else if (token.type === JTokenType.Undefined) token.assign(null);
    } else for (const child of token.children) pending.push(child);
  }
  return root;
}

/** A token as a value of a type, in raw form or boxed. Tokens of an expression (`ToObject`) convert to scalars as casts do. */
export function deserialize(site: CallSite, token: JToken, type: NetType, source: Source, boxed = false): unknown {
  const raw = source === "token" ? ofToken(site, token, type) : new Deserializer(site, source).value(token, type);
  return boxed ? box(raw, type) : raw;
}

function ofToken(site: CallSite, token: JToken, type: NetType): unknown {
  const target = type.underlying ?? type;
  const isNullable = type.underlying !== null;
  if (target.kind === "enum") {
    if (token.type === JTokenType.String) return enumOf(token, target);
    return convertToken(site, token, targets.get("int")!, isNullable);
  }
  const cast = target.kind === "array" ? undefined : targets.get(target.name);
  return cast === undefined ? new Deserializer(site, "token").value(token, type) : convertToken(site, token, cast, isNullable);
}

function enumOf(token: JToken, type: NetType): number {
  const text = (token as JValue).value as string;
  try {
    return parseEnum(type, text, true);
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    throw new NetException("System.ArgumentException", `Could not convert '${text}' to ${type.name}.`, error);
  }
}
