import { open } from "node:fs/promises";
import { ABSENT, type FileSet, stampText } from "../config/file-set.js";
import type { OutsideReference, OutsideValues, SecretOptions } from "../config/outside-values.js";
import { fileProblem, type LoadedConfiguration } from "../config/source.js";
import { type Clock, deadline } from "../time/clock.js";

/** Milliseconds that one lookup may take. */
const LONGEST_LOOKUP = 30_000;
/** Lookups that are on their way at once. */
const MOST_AT_ONCE = 8;
/** Longest value, in bytes: certificates are larger than the 4,096 characters of a named value. */
const LARGEST = 1024 * 1024;

/** What lookups need. */
export interface Lookup {
  readonly loaded: LoadedConfiguration;
  readonly clock: Clock;
  readonly resolve: SecretOptions["resolve"];
}

/**
 * Looks references up: files are read, secrets asked for, each once. Never rejects: what cannot be had is among the failures.
 * @param known values that need not be asked for again
 */
export async function resolveOutside(
  references: readonly OutsideReference[],
  lookup: Lookup,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<OutsideValues> {
  const values = new Map<string, string>();
  const failures = new Map<string, string>();
  const open = [...new Map(references.map((reference) => [reference.key, reference])).values()];
  const worker = async (): Promise<void> => {
    for (let reference = open.shift(); reference !== undefined; reference = open.shift()) {
      const { key, source } = reference;
      const already = known.get(key);
      try {
        const value = already ?? (await lookUp(source, lookup));
        if (value.trim() === "") failures.set(key, "it is empty.");
        else values.set(key, value);
      } catch (error) {
        failures.set(key, "file" in source ? fileProblem(error) : sentence(error));
      }
    }
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, worker));
  return { values, failures };
}

async function lookUp(source: OutsideReference["source"], { loaded, clock, resolve }: Lookup): Promise<string> {
  if ("file" in source) return readValue(source.file, loaded.files);
  if (resolve === undefined) throw new Error("the gateway was made without a resolver for such references (option secrets).");
  const value: unknown = await deadline(clock, LONGEST_LOOKUP, async (signal) => resolve(source, signal));
  if (typeof value !== "string") throw new Error("the resolver gave no text.");
  if (value.length > LARGEST) throw new Error(`it is longer than ${LARGEST} characters.`);
  return value;
}

/** A file's text without the line end that editors and `echo` put at its end. */
async function readValue(file: string, files: FileSet): Promise<string> {
  const path = files.pathOfValue(file);
  files.note(path, ABSENT);
  const handle = await open(path, "r");
  try {
    const stats = await handle.stat({ bigint: true });
    files.note(path, stampText(stats));
    const buffer = Buffer.alloc(Math.min(Number(stats.size), LARGEST) + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > LARGEST) throw new Error(`it is larger than ${LARGEST} bytes.`);
    return buffer.toString("utf8", 0, bytesRead).replace(/\r?\n$/, "");
  } finally {
    await handle.close();
  }
}

function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
