import { type Data, type Folder, isData, type Path } from "./artifacts.js";
import type { Overrides } from "./overrides.js";
import { diagnosticKeys } from "./properties.js";
import type { Part, Reading } from "./reading.js";

/** What is read of a diagnostic, and the words that it may be, however they are written. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  alwaysLog: ["allErrors"],
  verbosity: ["error", "information", "verbose"],
  httpCorrelationProtocol: ["None", "Legacy", "W3C"],
  operationNameFormat: ["Name", "Url"],
  samplingType: ["fixed"],
  mode: ["Mask", "Hide"],
};
const KEYS: ReadonlySet<string> = new Set(diagnosticKeys);
/** Members of messages. */
const MESSAGE_KEYS = new Set(["headers", "body", "dataMasking"]);

/**
 * Diagnostics of the service, a workspace or an API.
 * @param path keys of the configuration that lead to what they belong to
 */
export function readDiagnostics({ places }: Reading, folder: Folder, overrides: Overrides | null, path: Path): Part {
  const diagnostics: Part = {};
  for (const { id, properties: written, file } of folder.collection("diagnostics")) {
    places.note([...path, "diagnostics", id], file);
    const properties = overrides?.over("diagnostics", id, written) ?? written;
    const known = Object.entries(properties).filter(([key]) => KEYS.has(key));
    diagnostics[id] = withoutNull(Object.fromEntries(known.map(([key, value]) => [key, sideOf(key, value)])));
  }
  return Object.keys(diagnostics).length === 0 ? {} : { diagnostics };
}

/** Of a side's messages what is known of them. */
function sideOf(key: string, value: unknown): unknown {
  if ((key !== "frontend" && key !== "backend") || !isData(value)) return value;
  const messages = (["request", "response"] as const).flatMap((name) => {
    const message = value[name];
    if (!isData(message)) return [];
    return [[name, Object.fromEntries(Object.entries(message).filter(([member]) => MESSAGE_KEYS.has(member)))] as const];
  });
  return Object.fromEntries(messages);
}

/** Extractors write what is not set as null, and words in the case that somebody gave them. */
function withoutNull(data: Data): Data {
  const entries = Object.entries(data).filter(([, value]) => value != null);
  return Object.fromEntries(entries.map(([key, value]) => [key, cleaned(key, value)]));
}

function cleaned(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (isData(item) ? withoutNull(item) : item));
  if (isData(value)) return withoutNull(value);
  const word = typeof value === "string" ? WORDS[key]?.find((known) => known.toLowerCase() === value.toLowerCase()) : undefined;
  return word ?? value;
}
