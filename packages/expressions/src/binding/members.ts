import type { Place } from "../diagnostics/diagnostic.js";
import { nearestName } from "../diagnostics/nearest-name.js";
import type { MemberSymbol, NetType } from "../types/net-type.js";
import type { Binder } from "./binder.js";
import { bindingErrors } from "./errors.js";

const NONE: readonly MemberSymbol[] = [];

/**
 * The members of a name that a type has: the nearest property or constant, or all methods of the type and its bases. Of
 * an interface those it inherits too, then those of `object`.
 */
export function lookupMembers(b: Binder, type: NetType, name: string): readonly MemberSymbol[] {
  if (type.kind === "interface") return lookupInInterface(b, type, name);
  let found: MemberSymbol[] | null = null;
  for (let ancestor: NetType | null = type; ancestor !== null; ancestor = ancestor.baseType) {
    const members = ancestor.members(name);
    if (members.length === 0) continue;
    if (members[0]!.kind !== "method") {
      if (found !== null) continue;
      if (members[0]!.name !== "this[]") return members;
    }
    if (found === null) found = [...members];
    else found.push(...members);
  }
  return found ?? NONE;
}

function lookupInInterface(b: Binder, type: NetType, name: string): readonly MemberSymbol[] {
  const own = type.members(name);
  if (own.length > 0 && own[0]!.kind === "constant") return own;
  const found = [...own];
  for (const inherited of type.interfaces) {
    const hidden = found.length > 0 && found[0]!.kind !== "method" && found[0]!.name !== "this[]";
    if (!hidden) found.push(...inherited.members(name));
  }
  if (found.length > 0 && found[0]!.kind !== "method") return found;
  found.push(...b.core.object.members(name));
  return found;
}

/** The names of a type's members and of extension methods, for suggestions. */
export function memberNamesOf(b: Binder, type: NetType, withExtensions: boolean): Set<string> {
  const names = new Set<string>();
  for (let ancestor: NetType | null = type; ancestor !== null; ancestor = ancestor.baseType)
    for (const name of ancestor.memberNames()) names.add(name);
  for (const supertype of type.interfaces)
    if (type.kind === "interface") for (const name of supertype.memberNames()) names.add(name);
  if (withExtensions) for (const name of b.scope.extensionNames()) names.add(name);
  for (const hidden of ["new", "this[]", "implicit", "explicit"]) names.delete(hidden);
  return names;
}

/** Says that a type has no member of a name. */
export function reportNoMember(b: Binder, type: NetType, name: string, node: Place, isStatic: boolean): void {
  const nearest = nearestName(name, memberNamesOf(b, type, !isStatic));
  const says = isStatic ? bindingErrors.noStaticMember : bindingErrors.noMember;
  b.report(node, says(type.name, name, nearest));
}
