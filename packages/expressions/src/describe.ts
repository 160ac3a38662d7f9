import { Site } from "./compile/calls.js";
import { calleeOf } from "./compile/member.js";
import { toFormat } from "./dotnet/format/value.js";
import { box, enumerate, toText, typeOf } from "./dotnet/object.js";
import { NetException } from "./runtime/exceptions.js";
import { defaultLimits, Run, systemHost } from "./runtime/run.js";
import type { MethodSymbol, NetType, PropertySymbol, TypeScopeView } from "./types/net-type.js";
import { AnonymousObject, Boxed, NetArray, NetEnumerable } from "./types/values.js";

/** A value in JSON terms, as `turnpike eval` prints it. */
export type Described = string | null | readonly Described[] | { readonly [name: string]: Described };

/** A value, its .NET type and its text. */
export interface Description {
  /** The .NET name of the value's own type; `anonymous` for anonymous types; null for null. */
  readonly type: string | null;
  /**
   * Scalars as their invariant text, date-times in round-trip form, bytes in base64, JSON and XML as unformatted text, sequences as
   * arrays (at most 10,000 items), dictionaries and anonymous objects as objects, groupings as `{Key, Items}`.
   */
  readonly value: Described;
  /** What `ToString()` gives; absent where that is the name of a class that nobody can name. */
  readonly text?: string | null;
}

const MOST_ITEMS = 10_000;
const DEEPEST = 12;

/** Describes a value in object form. Enumerating a lazy sequence runs what it is made of, which may throw as evaluating does. */
export function describeValue(value: unknown, scope: TypeScopeView): Description {
  if (value === null || value === undefined) return { type: null, value: null, text: null };
  const type = typeOf(value, scope) ?? scope.find("System.Object")!;
  const described = new Describer(scope).describe(value, 0);
  const isPrivate = type.kind === "interface" || type.declaration?.options.unnamed === true;
  const sequence = isPrivate ? sequenceOf(type) : undefined;
  return sequence === undefined
    ? { type: nameOf(type), value: described, text: toText(value) }
    : { type: nameOf(sequence), value: described };
}

const DICTIONARIES = ["System.Collections.Generic.IDictionary", "System.Collections.Generic.IReadOnlyDictionary"];
const SEQUENCES = ["System.Linq.IGrouping", "System.Linq.IOrderedEnumerable", "System.Collections.Generic.IEnumerable"];

/** Classes that .NET keeps private are known by the interface they implement. */
function sequenceOf(type: NetType): NetType | undefined {
  const all = [type, ...type.interfaces];
  for (const name of SEQUENCES) {
    const found = all.find((candidate) => candidate.definitionName === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameOf(type: NetType): string {
  if (type.kind === "anonymous") return "anonymous";
  if (type.kind === "array") return `${nameOf(type.elementType!)}[]`;
  if (type.arguments.length === 0) return type.fullName;
  return `${type.definitionName}\`${type.arguments.length}[${type.arguments.map(nameOf).join(",")}]`;
}

const ROUND_TRIP = new Map([
  ["System.Double", "R"],
  ["System.Single", "R"],
  ["System.DateTime", "o"],
  ["System.DateTimeOffset", "o"],
]);

class Describer {
  private readonly token: NetType | null;
  private readonly node: NetType | null;
  /** Reading a value is bounded as an evaluation is. */
  private readonly run = new Run(systemHost, defaultLimits);

  constructor(private readonly scope: TypeScopeView) {
    this.token = scope.find("Newtonsoft.Json.Linq.JToken");
    this.node = scope.find("System.Xml.Linq.XNode");
  }

  describe(value: unknown, depth: number): Described {
    if (value === null || value === undefined) return null;
    if (depth > DEEPEST) return "...";
    if (typeof value !== "object") return toText(value);
    if (value instanceof NetException) return value.typeName;
    if (value instanceof Boxed) return toFormat(value, ROUND_TRIP.get(value.type.definitionName) ?? null);
    if (value instanceof AnonymousObject) return this.members(value, depth);
    if (value instanceof NetArray && value.items instanceof Uint8Array) return Buffer.from(value.items).toString("base64");
    if (value instanceof NetArray) return this.items(value, value.elementType, depth);
    const type = typeOf(value, this.scope);
    return type === null ? toText(value) : this.object(value, type, depth);
  }

  private object(value: object, type: NetType, depth: number): Described {
    const format = ROUND_TRIP.get(type.definitionName);
    if (format !== undefined) return toFormat(value, format);
    if (this.token !== null && type.isAssignableTo(this.token)) return this.compact(value, type, "Newtonsoft.Json.Formatting");
    if (this.node !== null && type.isAssignableTo(this.node)) return this.compact(value, type, "System.Xml.Linq.SaveOptions");
    if (type.definitionName === "System.Collections.Generic.KeyValuePair")
      return this.properties(value, type, ["Key", "Value"], depth);
    if (type.definitionName === "System.Tuple")
      return type.arguments.map((_, i) => this.property(value, type, `Item${i + 1}`, depth));
    const sequence = [type, ...type.interfaces].find(
      (supertype) => supertype.definitionName === "System.Collections.Generic.IEnumerable",
    );
    if (sequence === undefined)
      return value instanceof NetEnumerable ? this.items(value, value.elementType, depth) : toText(value);
    const elementType = sequence.arguments[0]!;
    const isDictionary = [type, ...type.interfaces].some((supertype) => DICTIONARIES.includes(supertype.definitionName));
    if (isDictionary) return this.dictionary(value, elementType, depth);
    const items = this.items(value, elementType, depth);
    const isGrouping = [type, ...type.interfaces].some((supertype) => supertype.definitionName === "System.Linq.IGrouping");
    return isGrouping ? { Key: this.property(value, type, "Key", depth), Items: items } : items;
  }

  private items(value: object, elementType: NetType, depth: number): Described[] {
    const items: Described[] = [];
    for (const item of enumerate(value)) {
      if (items.length >= MOST_ITEMS) break;
      items.push(this.describe(box(item, elementType), depth + 1));
    }
    return items;
  }

  private dictionary(value: object, pairType: NetType, depth: number): Described {
    const entries: [string, Described][] = [];
    for (const pair of enumerate(value)) {
      if (entries.length >= MOST_ITEMS) break;
      const key = toText(this.read(pair as object, pairType, "Key"));
      entries.push([key, this.describe(this.read(pair as object, pairType, "Value"), depth + 1)]);
    }
    return fromEntries(entries);
  }

  private members({ names, values, types }: AnonymousObject, depth: number): Described {
    return fromEntries(names.map((name, i) => [name, this.describe(box(values[i], types[i]!), depth + 1)]));
  }

  private properties(value: object, type: NetType, names: readonly string[], depth: number): Described {
    return fromEntries(names.map((name) => [name, this.property(value, type, name, depth)]));
  }

  private property(value: object, type: NetType, name: string, depth: number): Described {
    return this.describe(this.read(value, type, name), depth + 1);
  }

  /** A property in object form, read as an expression would read it. */
  private read(value: object, type: NetType, name: string): unknown {
    const property = memberOf(type, name, (member): member is PropertySymbol => member.kind === "property");
    const callee = property && calleeOf(property.implementation, "get");
    return property && callee ? box(this.call(callee, type, value), property.type) : null;
  }

  /** `ToString(Formatting.None)` and `ToString(SaveOptions.DisableFormatting)`. */
  private compact(value: object, type: NetType, optionType: string): string {
    const method = memberOf(
      type,
      "ToString",
      (member): member is MethodSymbol => member.kind === "method" && member.parameters[0]?.type.definitionName === optionType,
    );
    const callee = method && calleeOf(method.implementation, "call");
    if (!method || !callee) return toText(value);
    const option = optionType.endsWith("SaveOptions") ? 1 : 0;
    const rest =
      method?.parameters
        .slice(1)
        .map((parameter) => (parameter.mode === "params" ? new NetArray(parameter.type.elementType!, []) : null)) ?? [];
    return String(this.call(callee, type, value, option, ...rest));
  }

  private call({ call, takesSite }: NonNullable<ReturnType<typeof calleeOf>>, type: NetType, ...args: unknown[]): unknown {
    if (!takesSite) return call(...args);
    return call(new Site(this.run, { scope: this.scope, typeArguments: [], declaringArguments: type.arguments }), ...args);
  }
}

/** Keys such as `__proto__` stay data. */
function fromEntries(entries: readonly (readonly [string, Described])[]): Described {
  return Object.fromEntries(entries) as Described;
}

function memberOf<Kind>(type: NetType, name: string, is: (member: NetTypeMember) => member is NetTypeMember & Kind): Kind | null {
  const line: NetType[] = [];
  for (let at: NetType | null = type; at !== null; at = at.baseType) line.push(at);
  for (const ancestor of [...line, ...type.interfaces]) {
    const found = ancestor.members(name).find(is);
    if (found !== undefined) return found;
  }
  return null;
}

type NetTypeMember = ReturnType<NetType["members"]>[number];
