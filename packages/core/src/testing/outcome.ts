import type { Headers } from "../http/headers.js";
import type { TraceDocument } from "../observe/trace-document.js";
import type { LastError } from "../policy/exchange.js";
import type { RecordedCall } from "./fake-backend.js";
import type { AnsweredBy, RanStep } from "./watch.js";

/** What came of one request: the answer, and what happened on the way. */
export interface Outcome {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** The body as it came: each part with the milliseconds on the test's clock since the request. */
  readonly parts: readonly { readonly at: number; readonly bytes: Uint8Array }[];
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
  /** Ids of what the request was found to be for; null where there is none. */
  readonly match: {
    readonly api: string | null;
    readonly operation: string | null;
    readonly product: string | null;
    readonly subscription: string | null;
  };
  /** Names of the policies that ran, in the order in which they began. */
  readonly trace: readonly string[];
  /** What the request came to, policies and their branches, in the order in which they began. */
  readonly steps: readonly RanStep[];
  /** Who made the answer; null where nobody did, as where nothing was forwarded. */
  readonly answeredBy: AnsweredBy | null;
  /** Milliseconds on the test's clock. */
  readonly elapsed: number;
  /** What happened, in full, as `turnpike trace` shows it; null unless the test asks for it (`trace`). */
  readonly traceDocument: TraceDocument | null;
  /** Calls that no rule answered, as `METHOD url`. */
  readonly unexpectedCalls: readonly string[];
}
