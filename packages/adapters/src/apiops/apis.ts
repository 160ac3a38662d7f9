import { join } from "node:path";
import { type Data, type Entity, type Folder, isData, lastSegment, type Path, pick } from "./artifacts.js";
import { readDiagnostics } from "./diagnostics.js";
import { readGraphql } from "./graphql.js";
import { isRoutable, readOperation } from "./operations.js";
import type { Overrides } from "./overrides.js";
import { artifactProblems } from "./problems.js";
import { type Part, policyOf, propertiesOf, type Reading } from "./reading.js";
import { plainId, revisionIn } from "./revision-id.js";

/** A document that changes nothing: what a revision without a policy of its own has, so that it does not get the current one's. */
const NO_POLICY =
  "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>";

const DESCRIPTIONS = ["specification.yaml", "specification.yml", "specification.json"];
const SCHEMES: Readonly<Record<string, string>> = { segment: "segment", query: "query", header: "header" };
const NAMELESS = new Set(["tags", "tag descriptions", "tagDescriptions", "releases", "wikis", "wiki.md", "tags.json"]);

/** How an API's versions are told apart, by the id of the set. */
type VersionSets = ReadonlyMap<string, Data>;

/** APIs, each with its revisions, which stand in folders of their own (`echo;rev=2`). */
export function readApis(reading: Reading): Part {
  const sets: VersionSets = new Map(
    reading.folder
      .collection("version sets")
      .map(({ id, ...information }) => [id, reading.overrides.over("versionSets", id, information.properties)]),
  );
  const byId = new Map<string, Entity[]>();
  for (const entity of reading.folder.collection("apis")) {
    const id = plainId(entity.id);
    byId.set(id, [...(byId.get(id) ?? []), entity]);
  }
  const apis: Part = {};
  for (const [id, entities] of byId) {
    const current =
      entities.find((entity) => entity.id === id) ?? entities.find((entity) => entity.properties["isCurrent"] === true);
    if (current === undefined) {
      reading.findings.error(
        [...reading.path, "apis", id],
        entities[0]!.folder.path,
        artifactProblems.currentRevisionMissing(id),
      );
      continue;
    }
    apis[id] = readApi(reading, id, current, entities, sets);
  }
  return apis;
}

function readApi(reading: Reading, id: string, current: Entity, entities: readonly Entity[], sets: VersionSets): Part {
  const properties = propertiesOf(reading, "apis", current.id, current, id);
  const path = [...reading.path, "apis", id];
  const version = properties["apiVersion"] == null ? null : String(properties["apiVersion"]);
  const versioning = versioningOf(reading, id, properties, version, sets, current.file);
  const names = properties["subscriptionKeyParameterNames"];
  const revisions: Part = {};
  const own = String(properties["apiRevision"] ?? "1");
  for (const entity of entities) {
    if (entity === current) continue;
    const number = revisionIn(entity.id)!;
    if (number === own) reading.findings.warn(entity.folder.path, artifactProblems.currentRevisionTwice(entity.id, current.id));
    else revisions[number] = readRevision(reading, entity, [...path, "revisions", number]);
  }
  return {
    ...pick(properties, {
      name: "displayName",
      protocols: "protocols",
      subscriptionRequired: "subscriptionRequired",
      type: "type",
      description: "description",
    }),
    ...serviceUrlOf(properties),
    ...parts(reading, current, properties, path),
    path: pathOf(properties, version, versioning),
    revision: own,
    ...(properties["isOnline"] === false ? { isOnline: false } : {}),
    ...(isData(names) ? { subscriptionKeyParameterNames: pick(names, { header: "header", query: "query" }) } : {}),
    ...(versioning === null ? {} : { versioning }),
    ...(Object.keys(revisions).length === 0 ? {} : { revisions }),
  };
}

/** The backend's address; an empty one is none. */
function serviceUrlOf({ serviceUrl }: Data): Part {
  return serviceUrl == null || serviceUrl === "" ? {} : { serviceUrl };
}

function readRevision(reading: Reading, entity: Entity, path: Path): Part {
  const { places, overrides } = reading;
  places.note(path, entity.file);
  const properties = overrides.over("apis", entity.id, entity.properties);
  return {
    policy: NO_POLICY,
    operations: {},
    ...serviceUrlOf(properties),
    ...pick(properties, { description: "apiRevisionDescription" }),
    ...parts(reading, entity, properties, path),
    ...(properties["isOnline"] === false ? { isOnline: false } : {}),
  };
}

/** What a revision has in files beside its information: policies, operations, what describes them. */
function parts(reading: Reading, entity: Entity, properties: Data, path: Path): Part {
  const { folder, id } = entity;
  const override = reading.overrides.entity("apis", id)?.below ?? null;
  const policy = policyOf(override, folder, reading.places, path);
  const operations: Record<string, Part> = {};
  for (const [operation, inner] of folder.folder("operations")?.children("operations") ?? []) {
    const operationPath = [...path, "operations", operation];
    const own = policyOf(override?.entity("operations", operation)?.below ?? null, inner, reading.places, operationPath);
    const information = inner.information();
    if (own === undefined && information === null) continue;
    reading.places.note(operationPath, information?.file ?? inner.file("policy.xml") ?? folder.path);
    operations[operation] = {
      ...(information === null ? {} : readOperation(information.properties)),
      ...(own === undefined ? {} : { policy: own }),
    };
  }
  const diagnostics = readDiagnostics(reading, folder, override, path);
  const described = describe(reading, entity, properties, operations, path, override);
  reportUnused(reading, folder);
  return { ...(policy === undefined ? {} : { policy }), ...described, ...(path.includes("revisions") ? {} : diagnostics) };
}

/** The namespace of bindings to SOAP 1.1 or 1.2. */
const SOAP_BINDING = /["']http:\/\/schemas\.xmlsoap\.org\/wsdl\/soap(?:12)?\/["']/;

/** The operations: from the OpenAPI document, or those that an API of another kind has. */
function describe(
  reading: Reading,
  { id, folder, file }: Entity,
  properties: Data,
  operations: Readonly<Record<string, Part>>,
  place: Path,
  override: Overrides | null,
): Part {
  const { findings, path } = reading;
  const openapi = DESCRIPTIONS.map((name) => folder.file(name)).find((description) => description !== null);
  // The servers of an extracted document are the gateway's own address.
  // Its messages have their schemas there; an operation's own file only names them.
  if (openapi != null) return { openapi: { file: openapi, servers: false }, operations: withoutMessages(operations) };
  const kind = String(properties["type"] ?? properties["apiType"] ?? "http");
  const fixed = (operation: string, method: string, urlTemplate = "/"): Part => {
    const unknown = Object.keys(operations).filter((name) => name !== operation && operations[name]!["policy"] !== undefined);
    for (const name of unknown)
      findings.error([...path, "apis", plainId(id)], folder.path, artifactProblems.operationsAlike(name, id));
    return { operations: { [operation]: { method, urlTemplate, ...operations[operation] } } };
  };
  if (kind !== "graphql" && (folder.folder("schemas")?.children().length ?? 0) > 0)
    findings.warn(join(folder.path, "schemas"), artifactProblems.messagesWithoutSchemas(id));
  /** With a file for each operation, as apiops-cli writes them, nothing else is needed; one whose file says too little is an error of its own. */
  const areKnown = Object.values(operations).some(isRoutable);
  switch (kind) {
    case "graphql":
      return { ...readGraphql(reading, folder, properties, place, override), ...fixed("graphql", "POST") };
    case "mcp":
      // Its operations are its endpoints, which are there by themselves.
      for (const name of Object.keys(operations))
        findings.warn(join(folder.path, "operations", name), artifactProblems.operationOfServer(name, id));
      return {
        ...pick(properties, { mcpProperties: "mcpProperties", backendId: "backendId" }),
        ...(Array.isArray(properties["mcpTools"]) ? { mcpTools: properties["mcpTools"].map(readTool) } : {}),
        operations: {},
      };
    case "a2a":
      // The card and the runtime are its operations, which are there by themselves.
      return {
        ...pick(properties, { agent: "agent", a2aProperties: "a2aProperties", jsonRpcProperties: "jsonRpcProperties" }),
        operations: {},
      };
    case "websocket":
      return fixed("onHandshake", "GET", "/*");
    case "soap": {
      const wsdl = folder.file("specification.wsdl");
      if (areKnown) return { operations };
      // One that describes no binding to SOAP says nothing of operations.
      if (wsdl !== null && SOAP_BINDING.test(folder.textOf(wsdl))) return { wsdl: { file: wsdl, servers: false }, operations };
      findings.warn(file, artifactProblems.soapOperationsAlike(id));
      return fixed("soap", "POST");
    }
    default:
      folder.file("specification.wadl");
      if (areKnown) return { operations };
      findings.warn(file, artifactProblems.withoutOpenApi(id));
      return { operations: {} };
  }
}

/** A tool without what only its source service knows. */
function readTool(tool: unknown): Part {
  return isData(tool) ? pick(tool, { name: "name", description: "description", operationId: "operationId" }) : {};
}

function withoutMessages(operations: Readonly<Record<string, Part>>): Part {
  const routed: Part = {};
  for (const [id, operation] of Object.entries(operations)) {
    const { request: _, responses: __, ...rest } = operation;
    routed[id] = rest;
  }
  return routed;
}

/** With versions in a segment, extracted paths may have the version at their end. */
function pathOf(properties: Data, version: string | null, versioning: Part | null): unknown {
  const path = properties["path"] ?? "";
  if (typeof path !== "string" || version === null || versioning?.["scheme"] !== "segment") return path;
  return path.toLowerCase().endsWith(`/${version.toLowerCase()}`) ? path.slice(0, -version.length - 1) : path;
}

function versioningOf(
  { findings, path }: Reading,
  id: string,
  properties: Data,
  version: string | null,
  sets: VersionSets,
  file: string,
): Part | null {
  const reference = properties["apiVersionSetId"];
  if (typeof reference !== "string" || reference === "") return null;
  const set = lastSegment(reference);
  const found = sets.get(set);
  if (found === undefined) {
    findings.error([...path, "apis", id], file, artifactProblems.versionSetMissing(id, set));
    return null;
  }
  const scheme = SCHEMES[String(found["versioningScheme"] ?? "Segment").toLowerCase()];
  if (scheme === undefined)
    findings.error([...path, "apis", id], file, artifactProblems.versionSchemeUnknown(set, String(found["versioningScheme"])));
  return {
    set,
    scheme: scheme ?? "segment",
    ...(version === null || version === "" ? {} : { version }),
    ...pick(found, { versionQueryName: "versionQueryName", versionHeaderName: "versionHeaderName" }),
  };
}

/** What stands in an API's folder and has an effect that Turnpike does not give it. */
function reportUnused({ findings }: Reading, folder: Folder): void {
  for (const name of folder.unused()) {
    if (NAMELESS.has(name) || name === "schemas") continue;
    findings.warn(`${folder.path}/${name}`, artifactProblems.fileUnused(name));
  }
}
