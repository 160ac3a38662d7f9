import { type Clock, systemClock } from "@turnpike/core";
import { wait } from "@turnpike/core/adapter";
import type { AzureTokenCredential } from "../azure/token-credential.js";

/** How Azure Resource Manager is called. */
export interface ArmCallOptions {
  readonly credential: AzureTokenCredential;
  /** Its address. Default `https://management.azure.com`; other clouds have others. */
  readonly endpoint?: string;
  /** Are up to 20 requests sent in one call? Where Azure refuses that, they go one by one. Default true. */
  readonly batch?: boolean;
  readonly clock?: Clock;
}

/** What one request was answered. */
export interface ArmAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Milliseconds that it asks to wait for; null if it says nothing. */
  readonly retryAfter: number | null;
}

/** One request: a path below the endpoint, with its query. */
export interface ArmRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
}

/** Most requests in a call of many. */
export const BATCH = 20;
const BATCH_VERSION = "2020-06-01";
const PUBLIC = "https://management.azure.com";
const TIMEOUT = 60_000;
const LIMIT = 64 * 1024 * 1024;
/** Statuses of a call of many that say that there is no such thing. */
const NO_BATCH = new Set([400, 403, 404, 405, 501]);

/** Calls of Azure Resource Manager, with their token. */
export class ArmCalls {
  private readonly endpoint: string;
  private readonly clock: Clock;
  private canBatch: boolean;

  /** @throws TypeError if the endpoint is no https address (or, for tests, one of this machine) */
  constructor(private readonly options: ArmCallOptions) {
    const { endpoint = PUBLIC, clock = systemClock, batch = true } = options;
    const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
    const isSafe =
      url?.protocol === "https:" || (url?.protocol === "http:" && /^(?:127\.|localhost$|\[::1\]$)/.test(url.hostname));
    if (url === null || !isSafe) throw new TypeError(`Invalid endpoint '${endpoint}': expected an https address.`);
    this.endpoint = url.origin;
    this.clock = clock;
    this.canBatch = batch;
  }

  /** A full URL's path and query, as requests take them. Throws for one of another host, which must not get the token. */
  pathOf(link: string): string {
    const url = new URL(link, this.endpoint);
    if (url.origin !== this.endpoint) throw new Error(`Invalid nextLink '${url.origin}': expected one of ${this.endpoint}.`);
    return `${url.pathname}${url.search}`;
  }

  /** Sends up to {@link BATCH} requests; answers come in their order. */
  async send(requests: readonly ArmRequest[], signal: AbortSignal): Promise<ArmAnswer[]> {
    if (this.canBatch && requests.length > 1) {
      const answers = await this.together(requests, signal);
      if (answers !== null) return answers;
      this.canBatch = false;
    }
    const answers: ArmAnswer[] = [];
    for (const request of requests) answers.push(await this.call(request.method, request.path, undefined, signal));
    return answers;
  }

  /** Waits by the clock. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return wait(this.clock, ms, signal);
  }

  /** Null where requests cannot be sent together. */
  private async together(requests: readonly ArmRequest[], signal: AbortSignal): Promise<ArmAnswer[] | null> {
    const content = {
      requests: requests.map(({ method, path }, index) => ({ httpMethod: method, name: String(index), url: path })),
    };
    const answer = await this.call("POST", `/batch?api-version=${BATCH_VERSION}`, content, signal);
    if (NO_BATCH.has(answer.status)) return null;
    if (answer.status !== 200) return requests.map(() => answer);
    const { responses } = (answer.body ?? {}) as { responses?: unknown };
    if (!Array.isArray(responses) || responses.length !== requests.length) return null;
    const byName = new Map<unknown, BatchAnswer>(responses.map((each: BatchAnswer, index) => [each.name ?? String(index), each]));
    return requests.map((_, index) => {
      const found = byName.get(String(index));
      if (found === undefined) return { status: 502, body: null, retryAfter: null };
      const { httpStatusCode, headers = {}, content: body = null } = found;
      const after = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after")?.[1];
      return { status: httpStatusCode, body, retryAfter: this.millisecondsOf(after ?? null) };
    });
  }

  private async call(method: string, path: string, content: unknown, signal: AbortSignal): Promise<ArmAnswer> {
    const token = await this.options.credential.getToken(`${this.endpoint}/.default`, { abortSignal: signal });
    if (token === null) throw new Error("The Azure credential gave no token.");
    const controller = new AbortController();
    const cancel = this.clock.setTimer(
      () => controller.abort(new Error(`${this.endpoint} gave no answer within ${TIMEOUT / 1000} seconds.`)),
      TIMEOUT,
    );
    try {
      const response = await fetch(`${this.endpoint}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token.token}`,
          Accept: "application/json",
          ...(method === "POST" ? { "Content-Type": "application/json" } : {}),
        },
        ...(method === "POST" ? { body: content === undefined ? "" : JSON.stringify(content) } : {}),
        redirect: "error",
        signal: AbortSignal.any([signal, controller.signal]),
      });
      const text = await textOf(response, this.endpoint);
      return {
        status: response.status,
        body: parsed(text),
        retryAfter: this.millisecondsOf(response.headers.get("retry-after")),
      };
    } finally {
      cancel();
    }
  }

  /** `Retry-After` as seconds or a date (RFC 9110, 10.2.3). */
  private millisecondsOf(text: unknown): number | null {
    if (typeof text !== "string" && typeof text !== "number") return null;
    if (/^\d{1,9}$/.test(String(text))) return Number(text) * 1000;
    const date = Date.parse(String(text));
    return Number.isNaN(date) ? null : Math.max(0, date - this.clock.now());
  }
}

interface BatchAnswer {
  readonly name?: unknown;
  readonly httpStatusCode: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: unknown;
}

async function textOf({ body }: Response, endpoint: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > LIMIT) throw new Error(`An answer of ${endpoint} is longer than ${LIMIT} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
