import type { Identity } from "../runtime/identity.js";
import { Boxed, NetObject } from "./values.js";

/** What was read at one place of one object is one object, as long as it reads alike. */
class Place {
  constructor(
    private readonly member: unknown,
    private readonly owner: unknown,
    private readonly keys: readonly unknown[],
  ) {}

  equals(other: Place): boolean {
    return (
      this.member === other.member &&
      isOneOwner(this.owner, other.owner) &&
      this.keys.length === other.keys.length &&
      this.keys.every((key, i) => key === other.keys[i])
    );
  }
}

/** Views that hold nothing of their own are equal where they show the same. */
function isOneOwner(a: unknown, b: unknown): boolean {
  return a === b || (a instanceof NetObject && b !== null && a.equals(b));
}

/** The identity of what a property, an indexer or an array holds. */
export function identityAt(member: unknown, owner: unknown, keys: readonly unknown[]): object {
  return new Place(member, owner, keys);
}

/** True if two values in object form, with their identities, are the same object. */
export function isSameObject(a: unknown, identity: Identity, b: unknown, other: Identity): boolean {
  if (a !== b) return a instanceof NetObject && a.isInterned && b !== null && a.equals(b);
  if (a === null || a === "" || !isValue(a)) return true;
  if (identity === undefined || other === undefined) return false;
  return identity === other || (identity instanceof Place && other instanceof Place && identity.equals(other));
}

/** Values of which JavaScript cannot tell whether they are the same object. */
function isValue(a: unknown): boolean {
  if (typeof a !== "object") return typeof a !== "function";
  return a instanceof Boxed || (a instanceof NetObject && /\bstruct\b/.test(a.declaration.header));
}
