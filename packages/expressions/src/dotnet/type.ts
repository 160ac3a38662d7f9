import { defineType } from "../types/declare.js";
import type { NetType } from "../types/net-type.js";
import { NetObject } from "../types/values.js";

/** What `typeof(T)` and `GetType()` give: names only, no way into reflection. One object per type. */
export class NetTypeObject extends NetObject {
  constructor(readonly type: NetType) {
    super();
  }

  override get declaration() {
    return systemType;
  }

  override toText(): string {
    return this.type.fullName;
  }
}

const objects = new WeakMap<NetType, NetTypeObject>();

/** The `System.Type` of a type. */
export function typeObject(type: NetType): NetTypeObject {
  const known = objects.get(type);
  if (known !== undefined) return known;
  const made = new NetTypeObject(type);
  objects.set(type, made);
  return made;
}

/** `Type.Name`: without namespace; generic types with their arity (`List`1`), arrays with brackets. */
function shortName(type: NetType): string {
  if (type.kind === "array") return `${shortName(type.elementType!)}[${",".repeat(type.rank - 1)}]`;
  const name = type.definitionName.slice(type.definitionName.search(/[^.+]*$/));
  return type.arguments.length > 0 ? `${name}\`${type.arguments.length}` : name;
}

/** `Type.FullName`: type arguments in double brackets, without the assembly names that .NET adds. */
function fullName(type: NetType): string {
  return type.arguments.length === 0
    ? type.fullName
    : `${type.definitionName}\`${type.arguments.length}[${type.arguments.map((argument) => `[${fullName(argument)}]`).join(",")}]`;
}

function namespaceOf(type: NetType): string {
  const of = type.kind === "array" ? type.elementType! : type;
  return of.definitionName.slice(0, Math.max(0, of.definitionName.lastIndexOf(".")));
}

/** System.Type, as far as it leads nowhere. */
export const systemType = defineType(
  "abstract class System.Type",
  {
    "string Name { get; }": (self: NetTypeObject) => shortName(self.type),
    "string FullName { get; }": (self: NetTypeObject) => fullName(self.type),
    "string Namespace { get; }": (self: NetTypeObject) => namespaceOf(self.type),
    "string ToString()": (self: NetTypeObject) => self.type.fullName,
    "bool Equals(Type o)": (self: NetTypeObject, other: unknown) => self === other,
    "static bool operator ==(Type left, Type right)": (a: unknown, b: unknown) => a === b,
    "static bool operator !=(Type left, Type right)": (a: unknown, b: unknown) => a !== b,
    "bool IsEnum { get; }": (self: NetTypeObject) => self.type.kind === "enum",
    "bool IsArray { get; }": (self: NetTypeObject) => self.type.kind === "array",
    "bool IsValueType { get; }": (self: NetTypeObject) => self.type.isValueType,
    "bool IsInterface { get; }": (self: NetTypeObject) => self.type.kind === "interface",
  },
  { unnamed: true },
);
