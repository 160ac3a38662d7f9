import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { ownerOf } from "../diagnostics/owner.js";
import { checkData } from "../yaml/check-data.js";
import type { ApiConfiguration, GatewayConfiguration } from "./configuration.js";
import { configurationShape } from "./shape.js";
import type { ConfigurationPath } from "./source.js";

/** The kinds of entities that can be set aside, by the configuration's key, as people call them. */
const kinds = {
  apis: "API",
  products: "product",
  backends: "backend",
  subscriptions: "subscription",
  users: "user",
  namedValues: "named value",
  fragments: "fragment",
  schemas: "schema",
  certificates: "certificate",
  loggers: "logger",
  diagnostics: "diagnostic",
  openIdProviders: "OpenID provider",
  gateways: "gateway",
  versionSets: "version set",
  groups: "group",
} as const;

/** What an entity that was set aside is. */
export type SetAsideKind =
  | (typeof kinds)[keyof typeof kinds]
  | "operation"
  | "revision"
  | "workspace"
  | "global policy"
  | "reference";

/** An entity of a configuration that cannot be used, and that the rest is served without. */
export interface SetAside {
  readonly kind: SetAsideKind;
  /** Its id: of an operation with the API's before it (`orders/get-order`), in a workspace with that before it (`team:orders`). */
  readonly id: string;
  /** Where it stands in the configuration. */
  readonly path: ConfigurationPath;
  /** The first error that was found about it. */
  readonly finding: Diagnostic;
}

/**
 * How an entity is set aside. `stub`: it keeps its place among the routes and answers 503; `gone`: as if it were not there, for what no request
 * can meet by itself, or what is too broken to have a place.
 */
type Level = "stub" | "gone";

/** Members that an API set aside is still found by. */
const ROUTE_MEMBERS = ["path", "protocols", "versioning", "revision", "type"] as const;

/** The smallest part of a configuration that a path leads into and that can be set aside alone. Null: the configuration as a whole. */
export function entityAt(path: ConfigurationPath): Omit<SetAside, "finding"> | null {
  const [first, second] = path;
  if (first === "policy") return { kind: "global policy", id: "policy", path: ["policy"] };
  if (first === "workspaces" && second !== undefined) {
    const inner = entityAt(path.slice(2));
    const prefix = ["workspaces", second];
    return inner === null || inner.kind === "global policy"
      ? { kind: "workspace", id: String(second), path: prefix }
      : { ...inner, id: `${second}:${inner.id}`, path: [...prefix, ...inner.path] };
  }
  if (second === undefined || !Object.hasOwn(kinds, first!)) return null;
  const kind = kinds[first as keyof typeof kinds];
  const id = String(second);
  const [, , third, fourth, fifth] = path;
  if (kind === "API" && third === "operations" && fourth !== undefined)
    return { kind: "operation", id: `${id}/${fourth}`, path: path.slice(0, 4) };
  if (kind === "API" && third === "revisions" && fourth !== undefined)
    return { kind: "revision", id: `${id};rev=${fourth}`, path: path.slice(0, 4) };
  if ((kind === "product" || kind === "gateway") && third === "apis" && typeof fourth === "number")
    return { kind: "reference", id: `${kind} ${id}, API ${fourth + 1}`, path: path.slice(0, 4) };
  if (kind === "backend" && third === "pool" && fourth === "services" && typeof fifth === "number")
    return { kind: "reference", id: `pool ${id}, member ${fifth + 1}`, path: path.slice(0, 5) };
  return { kind, id, path: path.slice(0, 2) };
}

const keyOf = (path: ConfigurationPath): string => JSON.stringify(path);

/** What of a configuration is set aside, gathered in rounds: what depends on it shows in the next. */
export class SetAsideParts {
  private readonly parts = new Map<string, SetAside & { level: Level }>();

  constructor(private readonly data: GatewayConfiguration) {}

  get all(): readonly SetAside[] {
    return [...this.parts.values()];
  }

  /** True if the entity at a path keeps its place and answers 503. */
  isStub(path: ConfigurationPath): boolean {
    return this.parts.get(keyOf(path))?.level === "stub";
  }

  /** The entity set aside at a path; null if it is not. */
  at(path: ConfigurationPath): SetAside | null {
    return this.parts.get(keyOf(path)) ?? null;
  }

  /**
   * Sets aside what errors are about. Those about what is set aside already set it further aside.
   * @returns errors about no entity in particular: nothing can be served in spite of them
   */
  add(errors: readonly Diagnostic[]): Diagnostic[] {
    const whole: Diagnostic[] = [];
    const raised = new Set<string>();
    for (const finding of errors) {
      const owner = ownerOf(finding);
      const entity = owner === null ? null : entityAt(this.asWritten(owner));
      if (entity === null) {
        whole.push(finding);
        continue;
      }
      const key = keyOf(entity.path);
      if (raised.has(key)) continue;
      raised.add(key);
      const before = this.parts.get(key);
      if (before?.level === "gone") {
        whole.push(finding);
        continue;
      }
      const level = before === undefined ? this.firstLevel(entity) : "gone";
      this.parts.set(key, { ...entity, finding: before?.finding ?? finding, level });
      if (entity.kind === "named value") this.addDependents(entity, finding, raised);
    }
    return whole;
  }

  /** A path in what is left, as it was in the whole: items of lists that were set aside count again. */
  private asWritten(path: ConfigurationPath): ConfigurationPath {
    const whole: (string | number)[] = [];
    for (const key of path) {
      const gone = (index: number) => this.parts.has(keyOf([...whole, index]));
      let index = key;
      if (typeof index === "number") {
        let rest = index;
        for (index = 0; gone(index) || rest > 0; index++) if (!gone(index)) rest--;
      }
      whole.push(index);
    }
    return whole;
  }

  /** Texts outside of documents keep a name that has no value, which must not be taken for what it stands for. */
  private addDependents({ path, id }: Omit<SetAside, "finding">, finding: Diagnostic, raised: Set<string>): void {
    const name = `{{${path.at(-1)}}}`;
    const level = path.slice(0, -2).reduce<unknown>((data, key) => member(data, key), this.data) as GatewayConfiguration;
    for (const kind of ["subscriptions", "backends", "certificates", "openIdProviders", "apis"] as const)
      for (const [other, written] of Object.entries(level[kind] ?? {})) {
        const { operations: _, policy: __, ...texts } = written as ApiConfiguration;
        if (!JSON.stringify(texts).includes(name)) continue;
        const entity = entityAt([...path.slice(0, -2), kind, other])!;
        const key = keyOf(entity.path);
        if (this.parts.has(key)) continue;
        raised.add(key);
        const message = `It refers to the named value ${id}, which is set aside.`;
        this.parts.set(key, { ...entity, finding: { ...finding, message }, level: this.firstLevel(entity) });
      }
  }

  private firstLevel({ kind, path }: Omit<SetAside, "finding">): Level {
    if (kind === "global policy" || kind === "product" || kind === "revision") return "stub";
    if (kind === "API" || kind === "workspace") return "stub";
    // An operation can only be found by what it is found by.
    const written = path.reduce<unknown>((data, key) => member(data, key), this.data);
    return kind === "operation" && member(written, "policy") !== undefined ? "stub" : "gone";
  }

  /** The configuration without what is set aside. */
  rest(): GatewayConfiguration {
    let data: unknown = this.data;
    // Items of lists from behind, so that the others keep their places until it is their turn.
    const parts = [...this.parts.values()].sort((a, b) => Number(b.path.at(-1)) - Number(a.path.at(-1)) || 0);
    for (const part of parts) if (typeof part.path.at(-1) === "number") data = changed(data, part.path, () => undefined);
    for (const part of parts)
      if (typeof part.path.at(-1) !== "number")
        data = changed(data, part.path, (written) => (part.level === "gone" ? undefined : stubOf(part.kind, written)));
    return data as GatewayConfiguration;
  }
}

/** What is left of an entity that keeps its place. */
function stubOf(kind: SetAsideKind, written: unknown): unknown {
  if (kind === "global policy" || written === undefined) return undefined;
  if (kind === "operation" || kind === "product") return without(written, "policy");
  if (kind === "revision") return { ...soundMembers(written, ["isCurrent", "isOnline"]), operations: {} };
  if (kind === "workspace") {
    const apis = Object.entries((member(written, "apis") ?? {}) as object);
    return { apis: Object.fromEntries(apis.map(([id, api]) => [id, stubOf("API", api)])) };
  }
  const members = soundMembers(written, ROUTE_MEMBERS);
  // Its OpenAPI document may be the only one to say where it is.
  const route = members["path"] === undefined ? { ...members, ...soundMembers(written, ["openapi"]) } : members;
  return { ...route, subscriptionRequired: false, operations: {} };
}

/** Members of an API, or of a revision, that have the shape that they must have. */
function soundMembers(written: unknown, names: readonly string[]): Record<string, unknown> {
  const sound: Record<string, unknown> = {};
  for (const name of names) {
    const value = member(written, name);
    if (value === undefined) continue;
    const isSound = checkData({ apis: { a: { [name]: value } } }, configurationShape, "").every(
      ({ path }) => path.at(-1) !== name,
    );
    if (isSound || name.startsWith("is")) sound[name] = value;
  }
  return sound;
}

function without(written: unknown, name: string): unknown {
  if (typeof written !== "object" || written === null) return undefined;
  const { [name]: _, ...rest } = written as Record<string, unknown>;
  return rest;
}

function member(data: unknown, key: string | number): unknown {
  return typeof data === "object" && data !== null && Object.hasOwn(data, key)
    ? (data as Record<string | number, unknown>)[key]
    : undefined;
}

/** A copy with another value at a path; undefined takes it out. */
function changed(data: unknown, path: ConfigurationPath, change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, key!)) return data;
  const before = (data as Record<string | number, unknown>)[key!];
  const after = rest.length === 0 ? change(before) : changed(before, rest, change);
  if (Array.isArray(data)) {
    if (after === undefined) return data.filter((_, index) => index !== key);
    return data.map((item, index) => (index === key ? after : item));
  }
  if (after === undefined) return without(data, String(key));
  return { ...data, [key!]: after };
}
