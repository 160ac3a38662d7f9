import { readFileSync } from "node:fs";
import { loadApiOps } from "@turnpike/adapters/apiops";
import { describe, expect, it } from "vitest";
import { artifactTypes, type Fates } from "#adapters/apiops/properties.js";
import { write } from "./support.js";
import { layouts, wholeEstate } from "./whole-estate.js";

type Keys = readonly (string | number)[];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The places of all values in data that hold no others, and of all objects in it. */
function placesIn(data: unknown, at: Keys = []): Keys[] {
  if (!isObject(data)) return [at];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(data)
    ? [...data.entries()]
    : Object.entries(data);
  return [at, ...entries.flatMap(([key, value]) => placesIn(value, [...at, key]))];
}

/** What becomes of a value by the table: of the type that has it. */
function fateAt(fates: Fates, path: Keys): string {
  let fate: Fates[string] | undefined = fates;
  for (const key of path) {
    if (typeof fate === "string") return fate;
    if (typeof key === "string") fate = fate?.[key];
  }
  return typeof fate === "string" ? fate : fate === undefined ? "none" : "object";
}

function typeOf(file: string): Fates {
  const name = /([^/]+)Information\.json$/.exec(file)![1]!.toLowerCase();
  const types = Object.values(artifactTypes).filter(({ files }) => files.some((known) => known.toLowerCase() === name));
  return Object.assign({}, ...types.map(({ properties }) => properties)) as Fates;
}

function without(content: unknown, path: Keys): unknown {
  const data = JSON.parse(JSON.stringify(content)) as Record<string | number, unknown>;
  let part = data["properties"] as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) part = part[key] as Record<string | number, unknown>;
  if (Array.isArray(part)) part.splice(path.at(-1) as number, 1);
  else delete part[path.at(-1)!];
  return data;
}

const shownAs = (folder: string): string => {
  const { data, diagnostics } = loadApiOps(folder);
  return JSON.stringify({ data, diagnostics: diagnostics.map(({ message, file }) => [file, message]) });
};

describe.each(Object.entries(layouts))("a folder of %s with every type of artifact", (_, layout) => {
  it("leaves nothing unaccounted for", () => {
    const { diagnostics } = loadApiOps(write(wholeEstate(layout)));
    expect(diagnostics.map(({ message }) => message)).toEqual(
      layout.isInline
        ? [
            "The schemas of the API orders are not read: without an OpenAPI document, validate-content knows those of the service only.",
          ]
        : [],
    );
  });
});

it("the folders have every property of the table whose effect is not missing", () => {
  const inTable = (fates: Fates, prefix = ""): string[] =>
    Object.entries(fates).flatMap(([name, fate]) =>
      typeof fate !== "string" ? inTable(fate, `${prefix}${name}.`) : fate === "reported" ? [] : [`${prefix}${name}`],
    );
  const written = new Map<string, Set<string>>();
  for (const layout of Object.values(layouts))
    for (const [file, content] of Object.entries(wholeEstate(layout))) {
      const name = /([^/]+)Information\.json$/.exec(file)?.[1];
      if (name === undefined || typeof content === "string") continue;
      const found = written.get(name) ?? new Set<string>();
      written.set(name, found);
      for (const path of placesIn((content as { properties?: unknown }).properties ?? {}))
        found.add(path.filter((key) => typeof key === "string").join("."));
    }
  const ofImport = ["format", "value", "wsdlSelector", "translateRequiredQueryParameters", "apiVersionSet", "apiType"];
  const missing = Object.values(artifactTypes).flatMap(({ files, properties }) => {
    if (properties === artifactTypes["ProductApi"]!.properties) return [];
    const found = new Set(files.flatMap((file) => [...(written.get(file) ?? [])]));
    return found.size === 0
      ? []
      : inTable(properties)
          .filter((path) => !found.has(path))
          .map((path) => `${files[0]} ${path}`);
  });
  expect(missing.sort()).toEqual(
    [
      ...ofImport.map((name) => `api ${name}`),
      "subscription ownerId",
      "backend credentials.certificate",
      "backend credentials.certificateIds",
      "backend properties.serviceFabricCluster",
      "backend circuitBreaker.rules.failureCondition.percentage",
    ].sort(),
  );
});

/** What is used elsewhere, and makes no difference where it stands in the folders. */
const excused: readonly RegExp[] = [
  // The schema of a GraphQL API is taken for what its id says.
  /^apis\/graph\/schemas\/graphql\/\S+ contentType$/,
  // That there are schemas of messages is told, not what is in them.
  /^apis\/orders\/schemas\/s\/\S+ /,
];

it("a property that is used makes a difference, and one that is inert makes none", () => {
  const files = wholeEstate(layouts["apiops-cli"]!);
  const folder = write(files);
  const before = shownAs(folder);
  const wrong: string[] = [];
  for (const [file, content] of Object.entries(files)) {
    if (!file.endsWith("Information.json") || !isObject(content) || !isObject(content["properties"])) continue;
    for (const path of placesIn(content["properties"])) {
      const fate = fateAt(typeOf(file), path);
      if (path.length === 0 || (fate !== "used" && fate !== "inert")) continue;
      write({ [file]: without(content, path) }, folder);
      if (excused.some((pattern) => pattern.test(`${file} ${path.join(".")}`))) continue;
      if ((shownAs(folder) !== before) !== (fate === "used")) wrong.push(`${file} ${path.join(".")}: ${fate}`);
    }
    write({ [file]: content }, folder);
  }
  expect(wrong).toEqual([]);
});

it("the types that are made are all that there are", () => {
  const made = new Set(Object.values(layouts).flatMap((layout) => Object.keys(wholeEstate(layout))));
  const types = JSON.parse(readFileSync(new URL("../../conformance/names/artifacts.json", import.meta.url), "utf8")) as string[];
  const isMade = (type: string): boolean =>
    (artifactTypes[type]?.files ?? []).some((name) =>
      [...made].some((file) => file.toLowerCase().endsWith(`/${name.toLowerCase()}information.json`)),
    );
  expect(types.filter((type) => (artifactTypes[type]?.files.length ?? 0) > 0 && !isMade(type))).toEqual([]);
});
