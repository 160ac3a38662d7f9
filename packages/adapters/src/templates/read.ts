import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { GatewayConfiguration, LoadedConfiguration } from "@turnpike/core";
import { type ArtifactNote, loadArtifacts } from "../apiops/load.js";
import { readArmTemplate } from "./arm-json.js";
import { artifactsOf } from "./artifacts.js";
import type { ReadTemplate, TemplateFiles, TemplatePlace } from "./resource.js";
import type { Value } from "./value.js";

const onDisk: TemplateFiles = {
  beside: (file, path) => (/^[a-z][a-z\d+.-]+:\/\//i.test(path) ? null : isAbsolute(path) ? path : join(dirname(file), path)),
  text: (file) => readFileSync(file, "utf8").replace(/^\uFEFF/, ""),
};

/** How a template is read. */
export interface TemplateOptions {
  /** Values of parameters by name. Default: those of the template. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Is a file a template: one of Azure Resource Manager, or of Bicep? */
export function isTemplate(path: string): boolean {
  if (/\.bicep$/i.test(path)) return true;
  if (!/\.json$/i.test(path)) return false;
  try {
    return /"\$schema"\s*:\s*"[^"]*deploymentTemplate\.json/i.test(onDisk.text(path).slice(0, 5_000));
  } catch {
    return false;
  }
}

/**
 * Reads the resources of API Management that a template has as a configuration: an ARM template (JSON), or Bicep by the program `bicep`. What
 * the template does not decide by itself is among the findings, with its place.
 *
 *     const gateway = await createGateway(loadTemplate("azuredeploy.json"), { lenient: true });
 *
 * @throws if the file cannot be read, or `bicep` is needed and not installed
 */
export function loadTemplate(path: string, { parameters = {} }: TemplateOptions = {}): LoadedConfiguration {
  const given = new Map<string, Value>(Object.entries(parameters));
  const isBicep = /\.bicep$/i.test(path);
  const text = isBicep ? compiledBicep(path) : onDisk.text(path);
  // Places are those of the compiled template: it is named as what it is.
  return configurationOf(path, readArmTemplate(text, isBicep ? `${path}.json` : path, given, onDisk));
}

/** What the program `bicep` makes of a file. */
function compiledBicep(path: string): string {
  try {
    return execFileSync("bicep", ["build", "--stdout", path], {
      encoding: "utf8",
      maxBuffer: MOST_BYTES,
      timeout: LONGEST,
      stdio: "pipe",
    });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: unknown };
    if (code === "ENOENT")
      throw new Error("the program 'bicep' is not installed. Install it, or compile the file: bicep build.", { cause: error });
    const [first = "it does not compile."] = String(stderr ?? "").split("\n");
    throw new Error(first, { cause: error });
  }
}

const MOST_BYTES = 64 * 1024 * 1024;
const LONGEST = 120_000;

/** What was read of a template, as the configuration that its artifacts are. */
function configurationOf(path: string, read: ReadTemplate): LoadedConfiguration {
  const { files, sources, documents, additions, notes } = artifactsOf(read);
  const texts = new Map([...files].map(([file, text]) => [join(path, file), text]));
  const prefix = join(path, "/");
  const origin = (file: string, keys: readonly (string | number)[]): TemplatePlace | null => {
    const own = file.startsWith(prefix) ? file.slice(prefix.length).replaceAll("\\", "/") : file;
    const document = documents.get(own);
    if (document !== undefined) return document;
    const source = sources.get(own);
    if (source === undefined) return null;
    if (own.endsWith(".xml")) return source.propertyPlace("value") ?? source.place;
    return (keys.length === 0 ? null : source.propertyPlace(nameOf(String(keys[0])))) ?? source.place;
  };
  const told = notes.map(
    ({ place: { file, ...place }, problem, about }): ArtifactNote => ({
      file,
      problem,
      place,
      ...(about === undefined ? {} : { about }),
    }),
  );
  if (texts.size === 0) texts.set(join(path, "README.md"), "");
  return loadArtifacts(path, texts, { additions: additions as GatewayConfiguration }, told, origin);
}

/** Keys of a configuration that are called otherwise in resources. */
const NAMES: Readonly<Record<string, string>> = {
  name: "displayName",
  version: "apiVersion",
  versioning: "apiVersionSetId",
  revision: "apiRevision",
  user: "ownerId",
};
const nameOf = (key: string): string => NAMES[key] ?? key;
