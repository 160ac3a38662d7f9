/**
 * What .NET values are made of at run time, for hosts that declare types of their own and build values for expressions:
 * how each .NET type is represented stands in `runtime/values.ts`.
 */

export { builtinScope } from "../dotnet/builtin.js";
export {
  box,
  compare,
  elementTypeOf,
  enumerate,
  equal,
  hashCode,
  keyOf,
  toFormat,
  toText,
  typeOf,
  unbox,
} from "../dotnet/object.js";
export { LimitError, NetException, raise } from "../runtime/exceptions.js";
export { Run } from "../runtime/run.js";
export { AnonymousObject, Boxed, NetArray, type NetDelegate, NetEnumerable, NetObject } from "../runtime/values.js";
export type { NetType, TypeScopeView } from "../types/net-type.js";
