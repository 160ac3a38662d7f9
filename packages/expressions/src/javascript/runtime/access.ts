import type { ReadOnlyDictionaryProtocol } from "../../dotnet/collections/protocol.js";
import { JArray } from "../../dotnet/newtonsoft/array.js";
import { JObject } from "../../dotnet/newtonsoft/object.js";
import { typeOf } from "../../dotnet/object.js";
import { NetException, raise } from "../../runtime/exceptions.js";
import type { CallSite } from "../../types/declare.js";
import { NetArray, NetObject } from "../../types/values.js";
import { fromNumber, isKeyed, isList, itemsOf, plain, toText, toToken } from "./values.js";

/** Raised where a value has no such member. */
export function noMember(target: unknown, name: string, site: CallSite): NetException {
  const type = typeOf(target, site.scope);
  const what = type === null ? "null" : type.name;
  return raise.invalidOperation(`'${name}' is not a member of ${what} that a script can reach.`);
}

/** `target[key]`: null where there is nothing under the key. Only data is reached, never a member of an implementation. */
export function getMember(target: unknown, key: unknown, site: CallSite): unknown {
  const own = plain(target);
  if (own === null) throw raise.nullReference();
  const name = plain(key);
  if (own instanceof JObject) return own.get(keyText(name, site));
  if (typeof own === "string") {
    if (name === "length") return own.length;
    const index = indexOf(name);
    return index >= 0 && index < own.length ? own[index]! : null;
  }
  if (own instanceof NetException) {
    if (name === "message") return own.message;
    if (name === "name") return own.typeName.slice(own.typeName.lastIndexOf(".") + 1);
    return null;
  }
  if (isKeyed(own)) return named(own as unknown as ReadOnlyDictionaryProtocol, keyText(name, site));
  if (isList(own)) return element(own, name, site);
  if (own instanceof NetObject) throw noMember(own, keyText(name, site), site);
  return null;
}

function keyText(name: unknown, site: CallSite): string {
  return typeof name === "string" ? name : toText(name, site);
}

function named(dictionary: ReadOnlyDictionaryProtocol, key: string): unknown {
  const value = dictionary.lookup(key);
  return value === undefined ? null : value;
}

/** The index that a key means; -1 for other keys. */
function indexOf(key: unknown): number {
  const index = typeof key === "string" && /^\d{1,9}$/.test(key) ? Number(key) : key;
  return typeof index === "number" && Number.isInteger(index) && index >= 0 ? index : -1;
}

function element(list: object, name: unknown, site: CallSite): unknown {
  const items = list instanceof NetArray ? list.items : itemsOf(list, site);
  if (name === "length") return items.length;
  const index = indexOf(name);
  if (index < 0 || index >= items.length) return null;
  const item = items[index];
  return typeof item === "number" ? fromNumber(item, site.scope) : item;
}

/** `target[key] = value` of an object or array of the script's own. */
export function setMember(target: unknown, key: unknown, value: unknown, site: CallSite): unknown {
  const own = plain(target);
  if (own === null) throw raise.nullReference();
  const name = plain(key);
  if (own instanceof JObject) {
    own.put(keyText(name, site), toToken(value, site), site.run);
    return value;
  }
  if (!(own instanceof JArray)) throw raise.invalidOperation("Only objects and arrays made by a script can be changed.");
  const index = indexOf(name);
  if (index < 0 || index > own.count) throw raise.listIndex();
  if (index === own.count) own.append(toToken(value, site), site.run);
  else own.replaceAt(index, toToken(value, site), site.run);
  return value;
}

/** `delete target[key]`. */
export function deleteMember(target: unknown, key: unknown, site: CallSite): boolean {
  const own = plain(target);
  if (!(own instanceof JObject)) throw raise.invalidOperation("Only members of objects made by a script can be deleted.");
  own.remove(keyText(plain(key), site));
  return true;
}

/** `key in target`. */
export function hasMember(target: unknown, key: unknown, site: CallSite): boolean {
  const own = plain(target);
  const name = keyText(plain(key), site);
  if (own instanceof JObject) return own.property(name) !== null;
  if (isKeyed(own)) return (own as unknown as ReadOnlyDictionaryProtocol).lookup(name) !== undefined;
  if (isList(own)) return indexOf(name) >= 0 && indexOf(name) < itemsOf(own, site).length;
  throw raise.invalidOperation("`in` needs an object or array to its right.");
}

/** The keys of an object or dictionary, the indices of an array. */
export function keysOf(target: unknown, site: CallSite): string[] {
  const own = plain(target);
  if (own instanceof JObject) return own.children.map(({ name }) => name);
  if (isKeyed(own)) return itemsOf((own as unknown as ReadOnlyDictionaryProtocol).keys, site).map((key) => toText(key, site));
  if (isList(own)) return itemsOf(own, site).map((_, index) => String(index));
  if (own === null) throw raise.nullReference();
  return [];
}
