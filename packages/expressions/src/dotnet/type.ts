import { NetObject } from "../runtime/values.js";
import { defineType } from "../types/declare.js";
import type { NetType } from "../types/net-type.js";

/** System.Type as `typeof` and `GetType` give it: a name to print and compare. Nothing leads from it to members or other types. */
export class TypeObject extends NetObject {
  constructor(readonly type: NetType) {
    super();
  }

  override get declaration() {
    return typeType;
  }

  override toText(): string {
    return this.type.fullName;
  }

  override equals(other: unknown): boolean {
    return other instanceof TypeObject && other.type.fullName === this.type.fullName;
  }

  override get key(): unknown {
    return `System.Type:${this.type.fullName}`;
  }
}

/** `typeof(T)`. Equal types give the same object, as in .NET. */
export function typeObject(type: NetType): TypeObject {
  const known = objects.get(type);
  if (known !== undefined) return known;
  const made = new TypeObject(type);
  objects.set(type, made);
  return made;
}

const objects = new WeakMap<NetType, TypeObject>();

/** `String`, ``List`1``, `Int32[]`. */
function shortName(type: NetType): string {
  if (type.kind === "array") return `${shortName(type.elementType!)}[${",".repeat(type.rank - 1)}]`;
  const name = type.definitionName.slice(type.definitionName.lastIndexOf(".") + 1);
  return type.arguments.length === 0 ? name : `${name}\`${type.arguments.length}`;
}

function namespaceOf(type: NetType): string | null {
  if (type.kind === "array") return namespaceOf(type.elementType!);
  const dot = type.definitionName.lastIndexOf(".");
  return dot < 0 ? null : type.definitionName.slice(0, dot);
}

/** System.Type, outside the documented list: names and equality only. */
export const typeType = defineType(
  "abstract class System.Type",
  {
    "string Name { get; }": (self: TypeObject) => shortName(self.type),
    "string FullName { get; }": (self: TypeObject) => self.type.fullName,
    "string Namespace { get; }": (self: TypeObject) => namespaceOf(self.type),
    "static bool operator ==(Type a, Type b)": (a: TypeObject | null, b: TypeObject | null) =>
      a === b || (a !== null && b !== null && a.equals(b)),
    "static bool operator !=(Type a, Type b)": (a: TypeObject | null, b: TypeObject | null) =>
      !(a === b || (a !== null && b !== null && a.equals(b))),
  },
  { beyond: true },
);
