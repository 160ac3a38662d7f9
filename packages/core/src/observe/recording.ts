import type { CounterRequest, CounterResult } from "../stores/store.js";

/** A whole body: as text where it is one, otherwise in base64. */
export interface RecordedBody {
  readonly text?: string;
  readonly base64?: string;
  /** True: the stream broke off behind it. */
  readonly breaks?: boolean;
}

/** A message's headers in order, and its body. */
export interface RecordedMessage {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: RecordedBody | null;
}

/** What a server answered. */
export interface RecordedAnswer extends RecordedMessage {
  readonly status: number;
  readonly reason: string;
}

/** A request that left the gateway, and what came of it. */
export interface RecordedExchange {
  /** `backend`: by forward-request; `host`: to the host's own handler; `call`: on the side, by send-request and the like. */
  readonly to: "backend" | "host" | "call";
  readonly request: RecordedMessage & { readonly method: string; readonly url: string };
  /** Null where there was none. */
  readonly answer: RecordedAnswer | null;
  readonly failure: { readonly kind: "connection" | "timeout" | "aborted"; readonly message: string } | null;
  /** Milliseconds until status and headers came, or until it failed. */
  readonly elapsed: number;
}

/** What the store said of a counter. A null in place of a number is infinite. */
export interface RecordedCount extends Omit<CounterRequest, "limit">, Pick<CounterResult, "admitted" | "count"> {
  /** What the window held before. */
  readonly before: number;
  readonly limit: number | null;
  readonly retryAfter: number | null;
  readonly resetAfter: number | null;
}

/** What the cache gave; the entry is null where there was none. */
export interface RecordedLookup {
  readonly key: string;
  readonly entry: { readonly value: RecordedBody; readonly meta: string; readonly storedAt: number } | null;
}

/** What a policy learnt from memory that requests share, or from the host: plain data, or what it failed with. */
export interface RecordedFact {
  readonly kind: string;
  readonly key: string;
  readonly value?: unknown;
  readonly failure?: string;
}

/** A signed token (JWS) as text of its JSON, without the signature. */
export interface RecordedToken {
  readonly header: string;
  readonly payload: string;
  /** False: there was no signature. */
  readonly isSigned: boolean;
}

/** What a gateway remembered in its process when the request came. */
export interface RecordedState {
  /** Circuits that were open or about to open, by the id of their backend. */
  readonly circuits: readonly {
    readonly backend: string;
    readonly failures: number;
    /** Milliseconds until it lets a call through; null: closed. */
    readonly opensIn: number | null;
  }[];
  /** Taken slots of limit-concurrency, by key. */
  readonly slots: Readonly<Record<string, number>>;
  /** Whose turn it is in pools: by pool and member, how far it is behind its share. */
  readonly pools: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * What a request depended on besides itself and the configuration: with it, it runs again to the same end. Holds no secrets: one of the
 * configuration stands as `{{secret:its name}}`, any other as `masked` and two characters, the same wherever it stands; what verified tokens
 * say is in `tokens`.
 */
export interface Recording {
  /** The configuration's file; null if it was made in code. */
  readonly configuration: string | null;
  /** Why it is not all that the request depended on; null if it is. */
  readonly incomplete: string | null;
  readonly request: RecordedMessage & {
    readonly method: string;
    readonly url: string;
    readonly ipAddress: string;
    /** Base64 of its DER bytes. */
    readonly certificate: string | null;
  };
  /**
   * Tokens that policies have judged, by what stands for them in the texts: those whose signature holds with their claims, the others without.
   * Any other token is hidden as a whole.
   */
  readonly tokens: Readonly<Record<string, RecordedToken>>;
  /** Who called, where the host said it instead of a key. */
  readonly caller: unknown;
  /** Context variables that the host gave, as plain data. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** What reading the clock gave, in order: milliseconds since the trace's `timestamp`, and how often in a row. */
  readonly clock: readonly (readonly [offset: number, times: number])[];
  /** Random values in order: bytes in base64, and numbers from 0 to 1. */
  readonly random: { readonly bytes: readonly string[]; readonly fractions: readonly number[] };
  readonly calls: readonly RecordedExchange[];
  readonly counters: readonly RecordedCount[];
  readonly cache: readonly RecordedLookup[];
  readonly facts: readonly RecordedFact[];
  readonly state: RecordedState;
  readonly answer: RecordedAnswer;
}
