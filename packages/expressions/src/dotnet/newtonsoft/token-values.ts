import { NetException, raise } from "../../runtime/exceptions.js";
import type { CallSite } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { zeroOf } from "../../types/zero.js";
import { baseTypeOf, convertTo } from "../convert/conversions.js";
import { typeOf, unbox } from "../object.js";
import type { JToken } from "./token.js";
import { plainText } from "./token-conversions.js";
import { JTokenType } from "./token-type.js";
import { TOKEN } from "./type-names.js";
import { JValue } from "./value.js";
import { baseOf } from "./value-convert.js";

/** `Value<T>()` and its kin: by the rules of `Convert.ChangeType`. */

function badCast(from: string, to: string): NetException {
  return new NetException("System.InvalidCastException", `Invalid cast from '${from}' to '${to}'.`);
}

/** A token as a value of a type, in raw form; null for an absent one gives the type's default. */
export function valueAs(site: CallSite, token: JToken | null, type: NetType): unknown {
  if (token === null) return zeroOf(type);
  const { scope } = site;
  if (typeOf(token, scope)!.isAssignableTo(type)) return token;
  if (!(token instanceof JValue))
    throw new NetException("System.InvalidCastException", `Cannot cast ${typeOf(token, scope)!.fullName} to ${TOKEN}.`);
  const target = type.underlying ?? type;
  if (token.kind === "null") {
    if (type.isValueType && type.underlying === null)
      throw new NetException("System.InvalidCastException", "Null object cannot be converted to a value type.");
    return null;
  }
  const value = token.toObject(scope);
  const own = typeOf(value, scope)!;
  if (own === target || (!target.isValueType && own.isAssignableTo(target))) return target.isValueType ? unbox(value) : value;
  if (token.kind === "big") throw new NetException("System.InvalidCastException", "Object must implement IConvertible.");
  if (target.definitionName === "System.String") return plainText(token);
  const to = baseTypeOf(target);
  const base = token.type === JTokenType.Bytes || token.type === JTokenType.Guid ? null : baseOf(token);
  if (to === null || target.kind === "enum") throw badCast(own.fullName, target.fullName);
  if (base === null) throw raise.invalidCast(own.fullName, "System.IConvertible");
  return convertTo(site, base, to);
}
