import { type CommandCall, type CommandOption, UsageError } from "../command.js";

const FORMATS = ["text", "json", "lcov", "cobertura", "html"] as const;

/** How coverage is written. */
export type CoverageFormat = (typeof FORMATS)[number];

/** What a call wants to know of coverage. */
export interface CoverageRequest {
  readonly formats: readonly CoverageFormat[];
  /** The folder for files; null: on standard output. */
  readonly folder: string | null;
  /** Least share of covered items in percent, of all files together and of each; null: any will do. */
  readonly least: { readonly all: number | null; readonly file: number | null };
}

/** Options of commands that tell what tests reach. */
export const coverageOptions: Readonly<Record<string, CommandOption>> = {
  coverage: { type: "boolean", help: "tells what of the documents and their expressions the tests reach" },
  "coverage-format": { type: "string", multiple: true, value: "NAME", help: `${FORMATS.join(", ")}; may be given several times` },
  "coverage-out": {
    type: "string",
    value: "DIR",
    help: "writes coverage there, as files; what TypeScript tests left there is added",
  },
  "coverage-min": { type: "string", value: "PERCENT", help: "fails if less of all documents together is reached" },
  "coverage-min-file": { type: "string", value: "PERCENT", help: "fails if less of some document is reached" },
};

/** What a call wants to know; null if nothing. */
export function coverageWanted(call: CommandCall): CoverageRequest | null {
  const formats = call.texts("coverage-format").flatMap((list) => list.split(","));
  const folder = call.text("coverage-out") ?? null;
  const least = { all: percent(call, "coverage-min"), file: percent(call, "coverage-min-file") };
  const isWanted = call.has("coverage") || formats.length > 0 || folder !== null || least.all !== null || least.file !== null;
  if (!isWanted) return null;
  for (const format of formats)
    if (!(FORMATS as readonly string[]).includes(format))
      throw new UsageError(`Invalid coverage format '${format}': expected ${FORMATS.join(", ")}.`);
  if (formats.includes("html") && folder === null)
    throw new UsageError("'--coverage-format html' needs a folder.", "Example: --coverage-format html --coverage-out coverage");
  const usual: readonly CoverageFormat[] = call.has("json") ? ["json"] : ["text"];
  return { formats: formats.length === 0 ? usual : (formats as CoverageFormat[]), folder, least };
}

/** A share in percent that an option gives; null if it is not given. */
export function percent(call: CommandCall, name: string): number | null {
  const text = call.text(name);
  if (text === undefined) return null;
  const value = Number(text.replace(/%$/, ""));
  if (text.trim() === "" || !(value >= 0 && value <= 100))
    throw new UsageError(`Invalid value '${text}' of '--${name}': expected a number from 0 to 100.`);
  return value;
}
