import type { BoundProgram } from "./tree.js";

/** Parts of nodes that say where something stands, not what it does. */
const PLACES = new Set(["start", "end", "branch", "labels", "name"]);

/**
 * What a program does, as a text: two programs with the same text do the same. Places and the names of variables are left out; what the
 * binder has folded is folded.
 */
export function programShape(program: BoundProgram): string {
  const numbers = new Map<object, number>();
  const numberOf = (node: object): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, numbers.size);
    return numbers.size - 1;
  };
  const shape = (part: unknown): unknown => {
    if (typeof part === "bigint") return `${part}n`;
    if (typeof part !== "object" || part === null) return part === undefined ? null : part;
    if (Array.isArray(part)) return part.map(shape);
    if (part instanceof Set) return null;
    // A type or a member is known by its name; a variable, or where a jump leads, by when it first came up.
    if ("fullName" in part) return part.fullName;
    if ("id" in part) return part.id;
    if ("slot" in part && "owner" in part) return `local ${numberOf(part)}`;
    if ("body" in part && "parameters" in part && "slotCount" in part)
      return { parameters: shape(part.parameters), body: shape(part.body) };
    if (!("kind" in part) && "name" in part && Object.keys(part).length === 1) return `target ${numberOf(part)}`;
    // A value of .NET.
    if (Object.getPrototypeOf(part) !== Object.prototype) return [part.constructor.name, Object.values(part).map(shape)];
    return Object.fromEntries(Object.entries(part).flatMap(([name, value]) => (PLACES.has(name) ? [] : [[name, shape(value)]])));
  };
  return JSON.stringify([program.type.fullName, shape(program.function.body)]);
}
