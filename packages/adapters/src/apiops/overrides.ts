import { readFileSync } from "node:fs";
import { readYaml } from "@turnpike/core/adapter";
import { type Data, type Findings, isData, shown } from "./artifacts.js";
import { artifactProblems } from "./problems.js";

/** What an environment file says of one entity, and of those below it. */
export interface Override {
  readonly properties: Data;
  /** For the entities of a kind below it: `diagnostics`, `operations`, `policies`. */
  readonly below: Overrides;
}

/** A part of an environment file: entities by kind and name. */
export class Overrides {
  private readonly used = new Set<string>();

  constructor(
    private readonly data: Data,
    readonly file: string,
    private readonly findings: Findings,
    private readonly path: string = "",
  ) {}

  /** Properties of an entity with those of the environment put over them, however deep. */
  over(kind: string, name: string, properties: Data): Data {
    const found = this.entity(kind, name);
    return found === null ? properties : merged(properties, found.properties);
  }

  /** What is said of an entity; null for nothing. Names are compared without regard to case. */
  entity(kind: string, name: string): Override | null {
    const key = `${kind}/${name}`.toLowerCase();
    const found = this.entries(kind).find((entry) => nameOf(entry).toLowerCase() === name.toLowerCase());
    if (found === undefined) return null;
    this.used.add(key);
    const { properties, ...rest } = found;
    // Older files have the properties directly in the entry.
    const own = isData(properties) ? properties : Object.fromEntries(Object.entries(rest).filter(([, value]) => !isList(value)));
    return {
      properties: withoutName(own, isData(properties)),
      below: new Overrides(found, this.file, this.findings, `${this.path}${kind}/${name}/`),
    };
  }

  /** The text of the policy document that takes the place of an entity's own; null for none. */
  policy(): string | null {
    const value = this.entity("policies", "policy")?.properties["value"];
    return typeof value === "string" ? value : null;
  }

  /** The environment's own value for a key at the top, such as `apimServiceName`. */
  text(key: string): string | null {
    const value = this.data[key];
    return typeof value === "string" ? value : null;
  }

  /** Reports what concerns no entity of the folder. */
  reportUnused(kinds: readonly string[]): void {
    for (const kind of kinds)
      for (const entry of this.entries(kind)) {
        const name = nameOf(entry);
        if (!this.used.has(`${kind}/${name}`.toLowerCase()))
          this.findings.warn(this.file, artifactProblems.environmentOfNothing(`${this.path}${kind}/${name}`));
      }
  }

  private entries(kind: string): Data[] {
    const list = this.data[kind];
    return Array.isArray(list) ? list.filter(isData) : [];
  }
}

/**
 * Reads an environment file (`configuration.prod.yaml`). `{#NAME#}` and `{#[NAME]#}` in it stand for values that deployment fills in.
 * @param tokens those values by name
 */
export function readOverrides(file: string, tokens: Readonly<Record<string, string | undefined>>, findings: Findings): Overrides {
  const read = readYaml(readFileSync(file, "utf8"), shown(file));
  findings.diagnostics.push(...read.diagnostics);
  const missing = (name: string, path: readonly (string | number)[]): void => {
    findings.diagnostics.push({ ...artifactProblems.placeholderWithoutValue(name), file: shown(file), ...read.placeOf(path) });
  };
  return new Overrides(isData(read.data) ? (filled(read.data, tokens, missing, []) as Data) : {}, file, findings);
}

/** An environment that says nothing. */
export function noOverrides(findings: Findings): Overrides {
  return new Overrides({}, "", findings);
}

const TOKEN = /\{#\[?\s*([A-Za-z0-9_.-]{1,200})\s*\]?#\}/g;

function filled(
  value: unknown,
  tokens: Readonly<Record<string, string | undefined>>,
  missing: (name: string, path: readonly (string | number)[]) => void,
  path: readonly (string | number)[],
): unknown {
  if (typeof value === "string")
    return value.replace(TOKEN, (whole, name: string) => {
      const found = Object.hasOwn(tokens, name) ? tokens[name] : undefined;
      if (found === undefined) missing(name, path);
      return found ?? whole;
    });
  if (Array.isArray(value)) return value.map((item, index) => filled(item, tokens, missing, [...path, index]));
  if (!isData(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, tokens, missing, [...path, key])]));
}

function merged(base: Data, over: Data): Data {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isData(below) && isData(value) ? merged(below, value) : value;
  }
  return result;
}

const isList = Array.isArray;
const nameOf = (entry: Data): string => (typeof entry["name"] === "string" ? entry["name"] : "");

function withoutName(own: Data, isNested: boolean): Data {
  if (isNested) return own;
  const { name: _, ...rest } = own;
  return rest;
}
