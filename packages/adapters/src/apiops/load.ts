import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { GatewayConfiguration, LoadedConfiguration, Problem } from "@turnpike/core";
import { assembleConfiguration } from "@turnpike/core/adapter";
import { readGateways, readProducts, readSubscriptions } from "./access.js";
import { readApis } from "./apis.js";
import { filesInMemory, filesOnDisk, type OriginOf } from "./artifact-files.js";
import { type Data, Findings, Folder, isData, type Path, shown } from "./artifacts.js";
import { readBackends } from "./backends.js";
import { readDiagnostics } from "./diagnostics.js";
import { readFragments, readLoggers, readNamedValues, readSchemas } from "./entities.js";
import { noOverrides, type Overrides, readOverrides } from "./overrides.js";
import { Places } from "./places.js";
import { artifactProblems } from "./problems.js";
import { additionsOf, type Part, policyOf, type Reading } from "./reading.js";

/** How a folder is read. */
export interface ApiOpsOptions {
  /**
   * The environment whose values go over those of the folder: `prod` for `configuration.prod.yaml` in the folder or beside it, or a path
   * to such a file. Default: none.
   */
  readonly environment?: string;
  /** Values of `{#NAME#}` in the environment file. Default: the environment variables. */
  readonly tokens?: Readonly<Record<string, string | undefined>>;
  /** What a folder does not hold, or what goes over it: users, certificates, keys, the gateway's name. Entities by id, member by member. */
  readonly additions?: GatewayConfiguration;
}

/** Kinds that an environment file may speak of at the level of the service or a workspace. */
const KINDS = [
  "namedValues",
  "backends",
  "loggers",
  "diagnostics",
  "products",
  "subscriptions",
  "gateways",
  "groups",
  "versionSets",
  "schemas",
  "policyFragments",
  "apis",
];
/** What is there for people and portals, and nothing that a request could notice. */
const WITHOUT_EFFECT = new Set([
  "tags",
  "documentations",
  "subscriptions",
  "policyRestrictions",
  "policy restrictions",
  "wiki.md",
]);

/** Has the extractor written the folder: does it hold entities with information files? */
export function isApiOpsFolder(path: string): boolean {
  const folder = new Folder(path, new Findings());
  return [...KINDS.map((kind) => kind.toLowerCase()), "workspaces"].some((kind) =>
    (folder.folder(kind)?.children() ?? []).some(([, child]) => child.hasInformation || kind === "workspaces"),
  );
}

/**
 * Reads what the APIOps extractor has written (versions 4 to 7) as a configuration for `createGateway` and `gateway.update`. What cannot
 * be used is a warning with its file, what would be wrong to serve without is an error; both are among the gateway's diagnostics.
 *
 * @throws if the folder itself cannot be read
 */
export function loadApiOps(path: string, options: ApiOpsOptions = {}): LoadedConfiguration {
  return loadArtifacts(resolve(path), null, options);
}

/** What was found while artifacts were fetched. */
export interface ArtifactNote {
  readonly file: string;
  readonly problem: Problem;
  readonly place?: { readonly line: number; readonly column: number };
  /** The part of the configuration that cannot be used for it. */
  readonly about?: Path;
}

/**
 * Reads artifacts as {@link loadApiOps} does.
 * @param path of the folder
 * @param texts of the files in it, by their whole path, where they are on no disk
 * @param notes what was found wrong while they were fetched
 * @param origin where the texts were written, if not in these files
 */
export function loadArtifacts(
  path: string,
  texts: ReadonlyMap<string, string> | null,
  options: ApiOpsOptions,
  notes: readonly ArtifactNote[] = [],
  origin: OriginOf | null = null,
): LoadedConfiguration {
  const findings = new Findings(origin);
  for (const { file, problem, place = {}, about } of notes) {
    if (about === undefined) findings.warn(file, problem);
    else findings.error(about, file, problem);
    Object.assign(findings.diagnostics.at(-1)!, place);
  }
  const source = texts === null ? filesOnDisk : filesInMemory(texts, origin);
  const places = new Places(source);
  const folder = new Folder(path, findings, [], source);
  const overrides = environmentOf(folder.path, options, findings);
  const additions: Data = { ...options.additions };
  const users = Object.keys(isData(additions["users"]) ? additions["users"] : {});
  const reading: Reading = { folder, overrides, findings, places, path: [], additions, users };
  const data = readLevel(reading);
  const policy = policyOf(overrides, folder, places, []);
  const apis = new Set(Object.keys(data["apis"] as Part));
  const name = overrides.text("apimServiceName");
  const whole: Part = {
    ...data,
    ...(policy === undefined ? {} : { policy }),
    gateways: readGateways(reading, apis),
    workspaces: readWorkspaces(reading),
    ...(name === null ? {} : { deployment: { serviceName: name } }),
  };
  overrides.reportUnused([...KINDS, "workspaces"]);
  for (const unused of folder.unused())
    if (!WITHOUT_EFFECT.has(unused) && !unused.startsWith("configuration.") && !/\.md$/i.test(unused))
      findings.warn(join(folder.path, unused), artifactProblems.fileUnused(unused));
  return assembleConfiguration({
    name: shown(folder.path),
    data: over(whole, additions, 3) as GatewayConfiguration,
    folder: folder.path,
    ...(texts === null ? {} : { texts }),
    place: (at) => places.find(at),
    diagnostics: findings.diagnostics,
  });
}

/** What the service and a workspace have alike. */
function readLevel(reading: Reading): Part {
  const schemas = readSchemas(reading);
  const apis = readApis(reading);
  const ids = new Set([...Object.keys(apis), ...Object.keys(additionsOf(reading, "apis"))]);
  const products = readProducts(reading, ids);
  const productIds = new Set([...Object.keys(products), ...Object.keys(additionsOf(reading, "products"))]);
  return {
    namedValues: namedValues(reading),
    fragments: readFragments(reading),
    backends: readBackends(reading),
    loggers: readLoggers(reading),
    schemas,
    apis,
    products,
    subscriptions: readSubscriptions(reading, ids, productIds),
    ...readDiagnostics(reading, reading.folder, reading.overrides, reading.path),
  };
}

/** Workspaces, which have the same folders inside. */
function readWorkspaces(reading: Reading): Part {
  const workspaces: Part = {};
  for (const [id, folder] of reading.folder.folder("workspaces")?.children("workspaces") ?? []) {
    const path = [...reading.path, "workspaces", id];
    const information = folder.information();
    if (information !== null) reading.places.note(path, information.file);
    const override = reading.overrides.entity("workspaces", id);
    const properties = reading.overrides.over("workspaces", id, information?.properties ?? {});
    const inner: Reading = {
      ...reading,
      folder,
      path,
      overrides: override?.below ?? noOverrides(reading.findings),
      additions: additionsOf({ ...reading, additions: additionsOf(reading, "workspaces") }, id),
    };
    const policy = policyOf(override?.below ?? null, folder, reading.places, path);
    workspaces[id] = {
      ...readLevel(inner),
      ...(typeof properties["displayName"] === "string" ? { name: properties["displayName"] } : {}),
      ...(policy === undefined ? {} : { policy }),
    };
    override?.below.reportUnused(KINDS);
  }
  return workspaces;
}

/** Named values; of those without a value only the ones that something refers to, which then is an error with its place. */
function namedValues(reading: Reading): Part {
  const values = readNamedValues(reading);
  const known: Part = {};
  const added = additionsOf(reading, "namedValues");
  let references: Set<string> | null = null;
  for (const [name, { value, file }] of values) {
    if (value !== null) known[name] = value;
    else if (!Object.hasOwn(added, name)) {
      references ??= referencesBelow(reading.folder);
      if (references.has(name))
        reading.findings.error([...reading.path, "namedValues", name], file, artifactProblems.namedValueMissing(name));
      else reading.findings.warn(file, artifactProblems.namedValueLeftOut(name));
    }
  }
  return known;
}

/** Collections whose entities no request meets: what they refer to need not be there. */
const INERT = new Set(["loggers", "diagnostics"]);

/** All names in `{{…}}` in policies and information files of a folder, as far as requests meet them. */
function referencesBelow(folder: Folder, found: Set<string> = new Set()): Set<string> {
  for (const file of folder.texts())
    for (const [, name] of folder.textOf(file).matchAll(/\{\{([A-Za-z0-9._-]{1,256})\}\}/g)) found.add(name!);
  for (const [name, inner] of folder.children()) if (!INERT.has(name.toLowerCase())) referencesBelow(inner, found);
  return found;
}

function environmentOf(folder: string, options: ApiOpsOptions, findings: Findings): Overrides {
  const { environment, tokens = process.env } = options;
  if (environment === undefined) return noOverrides(findings);
  const isPath = /[\\/]|\.ya?ml$/i.test(environment);
  const names = isPath ? [environment] : [`configuration.${environment}.yaml`, `configuration.${environment}.yml`];
  const candidates = names.flatMap((name) =>
    isAbsolute(name) ? [name] : isPath ? [resolve(name)] : [join(folder, name), join(dirname(folder), name)],
  );
  const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  if (file !== undefined) return readOverrides(file, tokens, findings);
  findings.error([], candidates[0]!, artifactProblems.environmentMissing(candidates.map(shown)));
  return noOverrides(findings);
}

/** One part over another, by key, `depth` levels deep: entities by kind and id, then their members. */
function over(base: Part, added: Data, depth: number): Part {
  const result: Part = { ...base };
  for (const [key, value] of Object.entries(added)) {
    const below = result[key];
    result[key] =
      depth > 1 && isData(below) && isData(value) ? over(below, value, key === "workspaces" ? depth + 1 : depth - 1) : value;
  }
  return result;
}
