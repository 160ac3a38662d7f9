import type { Problem } from "@turnpike/core";
import { fateOfProperty } from "../apiops/properties.js";
import { apiKeys, plainId } from "../apiops/revision-id.js";
import { templateProblems } from "./problems.js";
import type { ReadTemplate, TemplateNote, TemplatePlace, TemplateResource } from "./resource.js";
import { HOLE, isMapping, shapeOf, unknownIn, type Value } from "./value.js";

const SERVICE = "microsoft.apimanagement/service";

/** Kinds of resources below an instance, a workspace, an API or a product: where their artifacts stand. */
const kinds: Readonly<Record<string, { readonly folder: string; readonly file: string; readonly key: string }>> = {
  namedvalues: { folder: "named values", file: "namedValue", key: "namedValues" },
  // The name of versions before 2020.
  properties: { folder: "named values", file: "namedValue", key: "namedValues" },
  backends: { folder: "backends", file: "backend", key: "backends" },
  loggers: { folder: "loggers", file: "logger", key: "loggers" },
  apiversionsets: { folder: "version sets", file: "versionSet", key: "versionSets" },
  groups: { folder: "groups", file: "group", key: "groups" },
  schemas: { folder: "schemas", file: "schema", key: "schemas" },
  diagnostics: { folder: "diagnostics", file: "diagnostic", key: "diagnostics" },
  tags: { folder: "tags", file: "tag", key: "tags" },
  products: { folder: "products", file: "product", key: "products" },
  subscriptions: { folder: "subscriptions", file: "subscription", key: "subscriptions" },
  gateways: { folder: "gateways", file: "gateway", key: "gateways" },
  policyfragments: { folder: "policy fragments", file: "policyFragment", key: "fragments" },
  policyrestrictions: { folder: "policyRestrictions", file: "policyRestriction", key: "policyRestrictions" },
  documentations: { folder: "documentations", file: "documentation", key: "documentations" },
  workspaces: { folder: "workspaces", file: "workspace", key: "workspaces" },
  apis: { folder: "apis", file: "api", key: "apis" },
  operations: { folder: "operations", file: "operation", key: "operations" },
  resolvers: { folder: "resolvers", file: "resolver", key: "resolvers" },
  releases: { folder: "releases", file: "apiRelease", key: "releases" },
  tagdescriptions: { folder: "tagDescriptions", file: "tagDescription", key: "tagDescriptions" },
};

/** Kinds that no request meets. */
const WITHOUT_EFFECT = new Set([
  "authorizationservers",
  "portalsettings",
  "portalrevisions",
  "portalconfigs",
  "emailtemplates",
  "notifications",
  "identityproviders",
  "contenttypes",
  "wikis",
  "tagdescriptions",
  "issues",
  "locks",
  "tenant",
  "providers",
  "privateendpointconnections",
  "authorizationproviders",
]);
/** Values that may be missing without anybody being let in, or anything left out: a named value and a key are then told of as without one. */
const MAY_MISS: Readonly<Record<string, ReadonlySet<string>>> = {
  namedvalues: new Set(["value", "keyVault", "secret"]),
  properties: new Set(["value", "secret"]),
  subscriptions: new Set(["primaryKey", "secondaryKey", "ownerId"]),
  loggers: new Set(["credentials", "resourceId"]),
};
const USER_TEXTS = ["email", "firstName", "lastName", "note", "state"];
const SPECIFICATIONS: Readonly<Record<string, string>> = {
  openapi: "specification.yaml",
  "openapi+json": "specification.json",
  "swagger-json": "specification.json",
  wsdl: "specification.wsdl",
  "wadl-xml": "specification.wadl",
  graphql: "specification.graphql",
};
const OF_IMPORT = new Set(["format", "value", "wsdlSelector", "apiType", "translateRequiredQueryParameters"]);

/** What the resources of a template are as artifacts of an APIOps folder. */
export interface TemplateArtifacts {
  /** Texts by their path in the folder. */
  readonly files: Map<string, string>;
  /** Where a file's text comes from: the resource, and its properties. */
  readonly sources: Map<string, TemplateResource>;
  /** Documents that stand somewhere as they are. */
  readonly documents: Map<string, TemplatePlace>;
  /** What no folder has, as a configuration has it. */
  readonly additions: { readonly users: Record<string, unknown>; readonly certificates: Record<string, unknown> };
  readonly notes: TemplateNote[];
}

/** Turns resources into artifacts, so that they are read as those of a folder are. */
export function artifactsOf({ resources, notes, origins }: ReadTemplate): TemplateArtifacts {
  const conversion = new Conversion(origins);
  conversion.artifacts.notes.push(...notes);
  for (const resource of resources) conversion.add(resource);
  conversion.finish();
  return conversion.artifacts;
}

class Conversion {
  readonly artifacts: TemplateArtifacts = {
    files: new Map(),
    sources: new Map(),
    documents: new Map(),
    additions: { users: {}, certificates: {} },
    notes: [],
  };
  /** Lists of links by their file. */
  private readonly links = new Map<string, Set<string>>();

  constructor(private readonly origins: ReadonlyMap<string, TemplatePlace>) {}

  add(resource: TemplateResource): void {
    const type = resource.type.toLowerCase();
    if (type === SERVICE) return;
    if (!type.startsWith(`${SERVICE}/`)) return;
    const segments = type.slice(SERVICE.length + 1).split("/");
    const names = this.namesOf(resource, segments.length);
    if (names === null) return;
    this.place(resource, segments, names);
  }

  finish(): void {
    for (const [file, names] of this.links)
      this.artifacts.files.set(
        file,
        JSON.stringify(
          [...names].map((name) => ({ name })),
          null,
          2,
        ),
      );
  }

  /** The names below the service's; null, and told, if one cannot be decided. */
  private namesOf(resource: TemplateResource, count: number): string[] | null {
    const all = resource.names.flatMap((name) => shapeOf(name).split("/"));
    const names = all.slice(-count);
    const isKnown = names.length === count && all.length > count && names.every((name) => name !== "" && !name.includes(HOLE));
    if (
      isKnown &&
      names.every((name) => !/[\\\p{Cc}?#%<>:"|*]/u.test(name.replace(/;rev=/, "")) && name !== ".." && name !== ".")
    )
      return names;
    const why = [...unknownIn(resource.names)].at(-1)?.unknown.why ?? "the names do not fit the type";
    this.note(resource.place, templateProblems.nameUndecided(resource.type, why));
    return null;
  }

  private place(resource: TemplateResource, segments: readonly string[], names: readonly string[]): void {
    const { properties } = resource;
    const kind = segments.at(-1)!;
    const [folder, about] = this.ownerOf(segments.slice(0, -1), names);
    if (folder === null) return this.unused(resource);
    const name = names.at(-1)!;
    switch (kind) {
      case "policies":
        return this.document(resource, `${folder}policy.xml`, about.length === 0 ? ["policy"] : about);
      case "users":
        this.artifacts.additions.users[name] = Object.fromEntries(
          USER_TEXTS.flatMap((key) => (typeof properties[key] === "string" ? [[key, properties[key]]] : [])),
        );
        return;
      case "certificates":
        return this.certificate(resource, name);
      case "apis":
        if (folder !== "" && !folder.startsWith("workspaces/")) return this.link(`${folder}apis.json`, plainId(name));
        return this.api(resource, `${folder}apis/${name}/`, [...about, "apis", ...apiKeys(name)]);
      case "groups":
      case "tags":
        if (folder !== "" && !folder.startsWith("workspaces/")) return this.link(`${folder}${kind}.json`, name);
        break;
      case "apilinks":
      case "grouplinks": {
        const id = kind === "apilinks" ? properties["apiId"] : properties["groupId"];
        const linked = shapeOf(id).split("/").at(-1)!;
        if (linked.includes(HOLE)) return this.undecided(resource, "apiId", about);
        return this.link(`${folder}${kind === "apilinks" ? "apis" : "groups"}.json`, linked);
      }
      default:
    }
    const known = kinds[kind];
    if (known === undefined || (folder !== "" && kind === "properties")) {
      if (!WITHOUT_EFFECT.has(kind)) this.unused(resource);
      return;
    }
    const own = [...about, known.key, name];
    const file = `${folder}${known.folder}/${name}/${known.file}Information.json`;
    if (kind === "policyfragments") {
      this.information(resource, file, own, { description: properties["description"] });
      return this.document(resource, `${folder}${known.folder}/${name}/policy.xml`, own);
    }
    this.information(resource, file, own, properties);
  }

  /** The folder that a resource's owners stand in, and their keys in the configuration. */
  private ownerOf(segments: readonly string[], names: readonly string[]): [string | null, string[]] {
    let folder = "";
    const about: string[] = [];
    for (const [index, kind] of segments.entries()) {
      const known = kinds[kind];
      if (known === undefined) return [null, about];
      folder += `${known.folder}/${names[index]}/`;
      about.push(known.key, ...(kind === "apis" ? apiKeys(names[index]!) : [names[index]!]));
    }
    return [folder, about];
  }

  private api(resource: TemplateResource, folder: string, about: readonly string[]): void {
    const { properties } = resource;
    const own = Object.fromEntries(Object.entries(properties).filter(([name]) => !OF_IMPORT.has(name)));
    const apiType = properties["apiType"];
    // What is imported is of the type that the import says, where the API itself says nothing.
    if (own["type"] === undefined && typeof apiType === "string") own["type"] = apiType;
    this.information(resource, `${folder}apiInformation.json`, about, own);
    const { format, value } = properties;
    if (value === undefined || value === null) return;
    const name = typeof format === "string" ? SPECIFICATIONS[format.toLowerCase()] : undefined;
    if (typeof value !== "string" || name === undefined) {
      const what = typeof value === "string" ? `its format ${shapeOf(format)} leads elsewhere` : this.whyOf(value);
      return this.note(
        resource.propertyPlace("value") ?? resource.place,
        templateProblems.descriptionUnreadable(about.at(-1)!, what),
        about,
      );
    }
    this.file(
      resource,
      `${folder}${name.endsWith(".yaml") && value.trimStart().startsWith("{") ? "specification.json" : name}`,
      value,
    );
  }

  private certificate(resource: TemplateResource, name: string): void {
    const { data, password, keyVault } = resource.properties;
    if (isMapping(keyVault) && typeof keyVault["secretIdentifier"] === "string") {
      const { secretIdentifier, identityClientId } = keyVault;
      this.artifacts.additions.certificates[name] = {
        keyVault: { secretIdentifier, ...(typeof identityClientId === "string" ? { identityClientId } : {}) },
      };
    } else if (typeof data === "string" && (password === undefined || typeof password === "string"))
      this.artifacts.additions.certificates[name] = { pfx: data, ...(password === undefined ? {} : { password }) };
    else this.note(resource.place, templateProblems.certificateUndecided(name, this.whyOf([data, password, keyVault])));
  }

  /** A policy document or fragment. One that cannot be decided must not be left out. */
  private document(resource: TemplateResource, file: string, about: readonly string[]): void {
    const { value, format } = resource.properties;
    const place = resource.propertyPlace("value") ?? resource.place;
    if (typeof format === "string" && /-link$/i.test(format))
      return this.note(place, templateProblems.documentElsewhere(format), about);
    if (typeof value !== "string") return this.note(place, templateProblems.documentUndecided(this.whyOf(value)), about);
    this.file(resource, file, value);
    const origin = this.origins.get(value);
    if (origin !== undefined) this.artifacts.documents.set(file, origin);
  }

  /** Writes properties, without what cannot be decided. */
  private information(
    resource: TemplateResource,
    file: string,
    about: readonly string[],
    properties: Readonly<Record<string, Value>>,
  ): void {
    const kind = resource.type.toLowerCase().split("/").at(-1)!;
    const name = file.split("/").at(-1)!;
    const isTold = new Set<string>();
    for (const { path, unknown } of unknownIn(properties)) {
      const property = String(path[0]);
      if (isTold.has(property) || fateOfProperty(name, property) === "inert") continue;
      isTold.add(property);
      const which = MAY_MISS[kind]?.has(property) === true ? "propertyMissing" : "propertyUndecided";
      const problem = templateProblems[which](path.join("."), about.join("/"), unknown.why);
      const place = resource.placeOf(unknown.at);
      this.note(place, problem, problem.severity === "error" ? about : undefined);
    }
    this.file(resource, file, JSON.stringify({ properties: known(properties) }, null, 2));
  }

  private undecided(resource: TemplateResource, property: string, about: readonly string[]): void {
    const place = resource.propertyPlace(property) ?? resource.place;
    this.note(place, templateProblems.propertyUndecided(property, about.join("/"), this.whyOf(resource.properties)), about);
  }

  private whyOf(value: Value): string {
    for (const { unknown } of unknownIn(value)) return unknown.why;
    return "it is not given";
  }

  private unused(resource: TemplateResource): void {
    this.note(resource.place, templateProblems.resourceUnused(resource.type));
  }

  private link(file: string, name: string): void {
    this.links.set(file, (this.links.get(file) ?? new Set()).add(name));
  }

  private file(resource: TemplateResource, file: string, text: string): void {
    this.artifacts.files.set(file, text);
    this.artifacts.sources.set(file, resource);
  }

  private note(place: TemplatePlace, problem: Problem, about?: readonly string[]): void {
    this.artifacts.notes.push({ place, problem, ...(about === undefined ? {} : { about }) });
  }
}

/** What is known of a value: null in place of the rest. */
function known(value: Value): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      isMapping(inner) || typeof inner !== "object" ? inner : Array.isArray(inner) ? inner : null,
    ),
  ) as unknown;
}
