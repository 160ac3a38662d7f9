import type { SecretOptions } from "../config/outside-values.js";
import type { IncomingResponse, OutgoingRequest } from "../http/transport.js";
import type { ContentSafety, Credentials, DataSources } from "../policy/services.js";
import type { CacheStore, Store } from "../stores/store.js";
import { type Clock, wait } from "../time/clock.js";
import { failed, passing, replyTo } from "./fake-reply.js";
import type { RuleReply } from "./fake-rule.js";
import { matchesText } from "./matches-text.js";

/** What can be made to fail. */
export const faultTargets = [
  "backend",
  "external",
  "identity",
  "content-safety",
  "store",
  "counters",
  "cache",
  "vault",
  "managed-identity",
  "authorization",
  "sql",
  "cosmos",
] as const;

/**
 * What is to fail. `backend`: forward-request; `external`: send-request and the like; `identity`: metadata, keys and tokens of the test's OpenID
 * providers; `content-safety`: judgements for llm-content-safety; `store`: `counters` and `cache`; `vault`: values from vaults;
 * `managed-identity` and `authorization`: tokens of the host's identity and of credential providers; `sql` and `cosmos`: data sources.
 */
export type FaultTarget = (typeof faultTargets)[number];

/** How something fails: without an answer; or, of calls over HTTP, with an answer in place of the real one. */
export type Fault = "refused" | "reset" | "timeout" | RuleReply;

/** Faults for what a gateway under test depends on. */
export interface Faults {
  /**
   * The next calls of something fail, before anything else looks at them; then all is as before.
   * @param count how many
   * @param target what; or which calls over HTTP by their URL: exact, or `/regex/`
   * @param fault Default `refused`. `timeout` takes as long as the gateway waits; a store, for which it waits without end, one second
   * @throws TypeError for a target that is not known, or an answer of something that is not asked over HTTP
   */
  next(count: number, target: FaultTarget | (string & {}), fault?: Fault): void;
  /** Faults that have not all come about, as text. */
  unmet(): string[];
}

/** A fault as an option or a test file has it. */
export interface PlannedFault {
  /** How many calls. Default 1. */
  readonly next?: number;
  readonly of: FaultTarget | (string & {});
  readonly fault?: Fault;
}

/** The targets that are asked over HTTP. */
const overHttp: ReadonlySet<string> = new Set(["backend", "external", "identity", "content-safety"]);

/** Milliseconds that a store's call takes to fail by `timeout`. */
const STORE_PATIENCE = 1000;
/** Milliseconds that others take, where nobody gives them up before. */
const LONGEST = 3_600_000;

const messages = { refused: "connect ECONNREFUSED", reset: "read ECONNRESET", timeout: "no answer came in time" } as const;

/** What is said of a target that is not known; null if it is. */
export function targetProblem(target: string): string | null {
  const isKnown = (faultTargets as readonly string[]).includes(target) || isUrl(target);
  return isKnown ? null : `Invalid target of a fault '${target}': expected ${faultTargets.join(", ")}, a URL or /regex/.`;
}

const isUrl = (target: string): boolean => /^https?:\/\//.test(target) || /^\/.+\/$/s.test(target);

interface Pending {
  readonly target: string;
  readonly count: number;
  readonly fault: Fault;
  left: number;
}

/** The faults of one test, and what they are put in front of. */
export class FaultPlan implements Faults {
  private readonly pending: Pending[] = [];

  constructor(private readonly clock: Clock) {}

  next(count: number, target: FaultTarget | (string & {}), fault: Fault = "refused"): void {
    const problem = targetProblem(target);
    if (problem !== null) throw new TypeError(problem);
    if (typeof fault !== "string" && !overHttp.has(target) && !isUrl(target))
      throw new TypeError(`Invalid fault of ${target}: expected refused, reset or timeout, as it is not asked over HTTP.`);
    if (!Number.isInteger(count) || count < 1) throw new TypeError(`Invalid count of faults '${count}': expected 1 or more.`);
    this.pending.push({ target, count, fault, left: count });
  }

  unmet(): string[] {
    return this.pending
      .filter(({ left }) => left > 0)
      .map(({ target, count, left }) => `a fault for the next ${count} calls of ${target} came about ${count - left} times`);
  }

  /** What becomes of a call over HTTP; null: what would become of it anyway. */
  call(targets: readonly FaultTarget[], request: OutgoingRequest): Promise<IncomingResponse> | null {
    const fault = this.take(targets, request.url);
    if (fault === null) return null;
    if (typeof fault === "string") return failed(fault, request, this.clock);
    return replyTo({ reply: fault }, 0, request, { clock: this.clock, messages: [] });
  }

  /** The promise that a call of anything else rejects with; null if it does not fail. */
  private strike(targets: readonly FaultTarget[], signal?: AbortSignal): Promise<never> | null {
    const fault = this.take(targets, null);
    return fault === null ? null : this.reject(fault as keyof typeof messages, signal);
  }

  private async reject(fault: keyof typeof messages, signal: AbortSignal | undefined): Promise<never> {
    if (fault === "timeout") {
      if (signal === undefined) await wait(this.clock, STORE_PATIENCE);
      else await passing(this.clock, LONGEST, signal);
    }
    throw new Error(messages[fault]);
  }

  private take(targets: readonly string[], url: string | null): Fault | null {
    const found = this.pending.find(
      ({ left, target }) => left > 0 && (targets.includes(target) || (url !== null && isUrl(target) && matchesText(target, url))),
    );
    if (found === undefined) return null;
    found.left--;
    return found.fault;
  }

  /** A store whose calls may fail. */
  store(store: Store): Store {
    const { counters, cache } = store;
    const guarded: CacheStore = {
      get: (key) => this.strike(["cache", "store"]) ?? cache.get(key),
      set: (key, entry, ttl) => this.strike(["cache", "store"]) ?? cache.set(key, entry, ttl),
      delete: (key) => this.strike(["cache", "store"]) ?? cache.delete(key),
    };
    return {
      ...store,
      counters: { take: (requests) => this.strike(["counters", "store"]) ?? counters.take(requests) },
      cache: guarded,
    };
  }

  /** Credentials whose answers may fail to come. */
  credentials({ managedIdentity, authorization }: Required<Credentials>): Credentials {
    return {
      managedIdentity: (request) => this.strike(["managed-identity"], request.signal) ?? managedIdentity(request),
      authorization: (request) => this.strike(["authorization"], request.signal) ?? authorization(request),
    };
  }

  /** Data sources that may fail. */
  dataSources({ sql, cosmos }: Required<DataSources>): DataSources {
    return {
      sql: (request) => this.strike(["sql"], request.signal) ?? sql(request),
      cosmos: (request) => this.strike(["cosmos"], request.signal) ?? cosmos(request),
    };
  }

  /** A judge of the host's own that may fail. Judgements over HTTP are calls. */
  contentSafety(given: ContentSafety): ContentSafety {
    const judge = given.judge?.bind(given);
    if (judge === undefined) return given;
    return { ...given, judge: (text) => this.strike(["content-safety"], text.signal) ?? judge(text) };
  }

  /** Vaults that may fail. */
  resolve(resolve: NonNullable<SecretOptions["resolve"]>): NonNullable<SecretOptions["resolve"]> {
    return (reference, signal) => this.strike(["vault"], signal) ?? resolve(reference, signal);
  }
}
