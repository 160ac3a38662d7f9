import type { Clock } from "../time/clock.js";

/** What a rule matches. Everything given must hold. */
export interface RuleCondition {
  readonly method?: string;
  /** The path that the backend sees, without the query. */
  readonly path?: string;
  /** The whole URL with its query: exact, or `/regex/`. */
  readonly url?: string;
  /** Header values: exact text or `/regex/`; null for absent. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** A server-sent event; a text alone is its data. */
export interface FakeEvent {
  /** Text, or data that is sent as JSON. */
  readonly data?: unknown;
  readonly event?: string;
  readonly id?: string;
  /** Milliseconds after which a client is to come again. */
  readonly retry?: number;
  readonly comment?: string;
  /** Milliseconds of the clock before it is sent. Default 0. */
  readonly after?: number;
}

/** What a rule answers. */
export interface RuleReply {
  /** Default 200. */
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  /** In place of `body`: parts that come one after the other, each after so many milliseconds of the clock. */
  readonly chunks?: readonly (string | Uint8Array | { readonly data: string | Uint8Array; readonly after: number })[];
  /** True: behind the last chunk the connection breaks. */
  readonly breaks?: boolean;
  /** In place of `body`: server-sent events, one after the other. */
  readonly events?: readonly (string | FakeEvent)[];
  /** In place of all the others, to the handshake of a WebSocket: what the backend says and expects, in order. */
  readonly conversation?: readonly FakeTurn[];
  /** Milliseconds on the clock until status and headers come. */
  readonly delay?: number;
}

/** One answer of a fake: a reply, or a failure. */
export interface FakeRule {
  readonly when?: RuleCondition;
  /** A list: one after the other, the last for all calls behind it. */
  readonly reply?: RuleReply | readonly RuleReply[];
  readonly fail?: "refused" | "reset" | "timeout";
  /** How often the rule may be used. Default: for ever. */
  readonly times?: number;
}

/** One turn of what a fake backend says on a WebSocket. Texts are sent as they are, bytes as binary messages, anything else as JSON. */
export type FakeTurn =
  /** Waits for the caller's next message, which must be this: a text or `/regex/`, bytes, or a subset of its JSON. */
  | { readonly expect: unknown }
  /** @param after milliseconds of the clock before it */
  | { readonly send: unknown; readonly after?: number }
  | { readonly close: number; readonly reason?: string; readonly after?: number }
  /** The connection breaks without a word. */
  | { readonly breaks: true; readonly after?: number };

/** What a fake answers with. */
export interface ReplyTools {
  readonly clock: Clock;
  /** Gets what is said on a WebSocket. */
  readonly messages: (string | Uint8Array)[];
}
