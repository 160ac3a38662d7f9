import type { CallSite } from "@turnpike/expressions";
import type { TypeScopeView } from "@turnpike/expressions/values";

type Plain = (...args: unknown[]) => unknown;

/**
 * Calls a static method of a .NET type that takes one string, such as `JObject.Parse`: what the context needs of types that it has
 * no other business with. Throws what the method throws.
 */
export function invokeStatic(
  site: Pick<CallSite, "run"> & { readonly scope: TypeScopeView },
  type: string,
  name: string,
  argument: string,
): unknown {
  const members = site.scope.find(type)?.members(name) ?? [];
  for (const member of members) {
    if (member.kind !== "method" || !member.isStatic || member.parameters.length !== 1) continue;
    if (member.parameters[0]!.type.definitionName !== "System.String") continue;
    const { implementation } = member;
    if (typeof implementation === "function") return (implementation as Plain)(argument);
    if ("call" in implementation)
      return (implementation.call as Plain)({ ...site, typeArguments: [], declaringArguments: [] }, argument);
  }
  throw new Error(`${type} has no static method ${name}(string).`);
}
