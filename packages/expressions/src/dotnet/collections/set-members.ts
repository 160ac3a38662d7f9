import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { enumerate } from "../object.js";
import type { SetProtocol } from "./protocol.js";

/** The members of `ISet<T>` that take another sequence. */

type Items = Iterable<unknown> & SetProtocol;

/** The other sequence by the set's own notion of equal: Map key → first item. */
function others(site: CallSite, self: Items, other: unknown): Map<unknown, unknown> {
  if (other === null) throw raise.argumentNull("other");
  const items = new Map<unknown, unknown>();
  for (const item of enumerate(other, site.declaringArguments[0])) {
    site.run.step();
    const key = self.keyOfItem(item);
    if (items.has(key)) continue;
    site.run.allocate(Weight.entry);
    items.set(key, item);
  }
  return items;
}

function isSubset(self: Items, items: Map<unknown, unknown>): boolean {
  for (const item of self) if (!items.has(self.keyOfItem(item))) return false;
  return true;
}

function isSuperset(self: Items, items: Map<unknown, unknown>): boolean {
  for (const item of items.values()) if (!self.containsItem(item)) return false;
  return true;
}

const member = (act: (self: Items, items: Map<unknown, unknown>) => unknown): Implementation =>
  withCall((site, self: Items, other: unknown) => act(self, others(site, self, other)));

/** What sets have beyond collections. */
export const setMembers: Record<string, Implementation> = {
  "void UnionWith(IEnumerable<T> other)": member((self, items) => {
    for (const item of items.values()) self.addNew(item);
  }),
  "void IntersectWith(IEnumerable<T> other)": member((self, items) => {
    self.keepWhere((item) => items.has(self.keyOfItem(item)));
  }),
  "void ExceptWith(IEnumerable<T> other)": member((self, items) => {
    for (const item of items.values()) self.removeItem(item);
  }),
  "void SymmetricExceptWith(IEnumerable<T> other)": member((self, items) => {
    for (const item of items.values()) if (!self.removeItem(item)) self.addNew(item);
  }),
  "bool IsSubsetOf(IEnumerable<T> other)": member(isSubset),
  "bool IsSupersetOf(IEnumerable<T> other)": member(isSuperset),
  "bool IsProperSubsetOf(IEnumerable<T> other)": member((self, items) => self.count < items.size && isSubset(self, items)),
  "bool IsProperSupersetOf(IEnumerable<T> other)": member((self, items) => self.count > items.size && isSuperset(self, items)),
  "bool Overlaps(IEnumerable<T> other)": member((self, items) => {
    for (const item of items.values()) if (self.containsItem(item)) return true;
    return false;
  }),
  "bool SetEquals(IEnumerable<T> other)": member((self, items) => self.count === items.size && isSubset(self, items)),
};
