import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { readShaped } from "../../yaml/read-shaped.js";
import { any } from "../../yaml/shape.js";
import { openApiProblems } from "../problems.js";
import { at, decodePointer } from "./references.js";

/** What is used of `@apidevtools/swagger-parser`. */
export interface SwaggerParserPackage {
  readonly default: new () => { validate(document: unknown, options: object): Promise<unknown> };
}

/** Nothing is read or fetched, whatever a document refers to. */
const OPTIONS = { resolve: { external: false, file: false, http: false }, dereference: { circular: "ignore" } };
/** Findings that only say that one of several others has to go away. */
const FOLLOWING = new Set(["oneOf", "anyOf", "if", "not"]);
const MOST_FINDINGS = 50;

/**
 * Holds a document against the whole of the OpenAPI or Swagger specification, by swagger-parser. The gateway itself reads documents more
 * leniently, as API Management does: what it needs of them has to be right, no more. Rejects never.
 */
export async function validateOpenApi(text: string, file: string, parser: SwaggerParserPackage): Promise<Diagnostic[]> {
  const shaped = readShaped(text, file, any);
  // What is no YAML is told by the reader.
  if (shaped.diagnostics.length > 0) return [];
  try {
    await new parser.default().validate(structuredClone(shaped.data), OPTIONS);
    return [];
  } catch (error) {
    return findings(error).map(({ path, message }) => ({
      ...openApiProblems.notValid(message),
      file,
      ...shaped.placeOf(path.filter((_, index) => at(shaped.data, path.slice(0, index + 1)) !== undefined)),
    }));
  }
}

interface Finding {
  readonly path: readonly string[];
  readonly message: string;
}

function findings(error: unknown): readonly Finding[] {
  const { details, message } = error as { readonly details?: unknown; readonly message?: unknown };
  const told = new Map<string, Finding>();
  for (const detail of Array.isArray(details) ? (details as Detail[]) : []) {
    if (FOLLOWING.has(detail.keyword ?? "") || detail.params?.missingProperty === "$ref") continue;
    const finding = {
      path: decodePointer(detail.instancePath ?? ""),
      message: `${detail.instancePath ?? "The document"} ${detail.message ?? "is wrong"}.`,
    };
    told.set(finding.message, finding);
  }
  if (told.size > 0) return [...told.values()].slice(0, MOST_FINDINGS);
  const text = String(message ?? error).split("\n")[0]!;
  return [{ path: [], message: /[.!?]$/.test(text) ? text : `${text}.` }];
}

interface Detail {
  readonly instancePath?: string;
  readonly keyword?: string;
  readonly params?: { readonly missingProperty?: string };
  readonly message?: string;
}
