import { describeValue } from "@turnpike/expressions";
import { Boxed, builtinScope, NetArray, NetObject } from "@turnpike/expressions/values";
import type { Headers } from "../http/headers.js";
import type { LastError } from "../pipeline/exchange.js";
import type { RecordedCall } from "./fake-backend.js";

/** What came of one request: the answer, and what happened on the way. */
export interface Outcome {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** The body as UTF-8. */
  readonly text: string;
  /** The body as JSON. @throws SyntaxError if it is none */
  json(): unknown;
  /** What forward-request sent, in order. */
  readonly backendCalls: readonly RecordedCall[];
  /** What send-request and the like sent, those to the identity providers left out. */
  readonly externalCalls: readonly RecordedCall[];
  /** Context variables as plain data: numbers, text, booleans, null, and JSON for JSON tokens, lists and dictionaries. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** `context.LastError`, or null. */
  readonly error: LastError | null;
  /** Names of the policies that ran, in the order in which they began. */
  readonly trace: readonly string[];
  /** Milliseconds on the test's clock. */
  readonly elapsed: number;
  /** Calls that no rule answered, as `METHOD url`. */
  readonly unexpectedCalls: readonly string[];
}

/** A .NET value in object form as plain data. What has no plain form becomes its text. */
export function plainValue(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Boxed && value.type.kind !== "enum" && value.type.definitionName !== "System.Char")
    return Number(value.value);
  const described = describeValue(value, builtinScope);
  if (value instanceof NetArray) return described.value;
  if (value instanceof NetObject && described.type?.startsWith("Newtonsoft.Json.Linq.")) return parsed(described.value);
  return typeof described.value === "object" ? described.value : (described.text ?? described.value);
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}
