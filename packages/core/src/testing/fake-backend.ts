import type { Headers } from "../http/headers.js";
import type { Body } from "../http/message.js";
import type { IncomingResponse, OutgoingRequest } from "../http/transport.js";
import type { Clock } from "../time/clock.js";
import { replyTo } from "./fake-reply.js";
import type { FakeRule, RuleCondition } from "./fake-rule.js";
import { mapTexts } from "./map-texts.js";
import { matchesText } from "./matches-text.js";

/** A call that a fake got. */
export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Of a WebSocket: what the caller has said on it until now. */
  readonly messages: readonly (string | Uint8Array)[];
}

/** Something that answers calls from rules and remembers them. */
export interface FakeBackend {
  readonly calls: readonly RecordedCall[];
  /**
   * Answers by the first rule that matches and is not used up; null if there is none.
   * @param instead what becomes of the call in place of that; null if nothing does
   */
  answer(request: OutgoingRequest, instead?: () => Promise<IncomingResponse> | null): Promise<IncomingResponse | null>;
  /** Rules with `times` that were called less often than that, as text. */
  unused(): string[];
}

/**
 * A backend made of rules. Nothing leaves the process.
 * @param rules tried in order
 * @param clock measures delays and time-outs
 * @param fill puts something in place of texts of the rules, when they are used
 */
export function fakeBackend(
  rules: readonly FakeRule[],
  clock: Clock,
  fill: (text: string) => string = (text) => text,
): FakeBackend {
  const left = rules.map((rule) => ({ rule, uses: rule.times ?? Number.POSITIVE_INFINITY, used: 0 }));
  const calls: RecordedCall[] = [];
  return {
    calls,
    async answer(request, instead) {
      const messages: (string | Uint8Array)[] = [];
      const { method, url, headers } = request;
      calls.push({ method, url, headers: headers.clone(), body: await readBody(request.body), messages });
      const replaced = instead?.() ?? null;
      if (replaced !== null) return replaced;
      const found = left.find(({ uses, rule }) => uses > 0 && matches(mapTexts(rule.when ?? {}, fill) as RuleCondition, request));
      if (found === undefined) return null;
      found.uses--;
      return replyTo(mapTexts(found.rule, fill) as FakeRule, found.used++, request, { clock, messages });
    },
    unused: () =>
      left.filter(({ rule, uses }) => rule.times !== undefined && uses > 0).map(({ rule }) => JSON.stringify(rule.when ?? {})),
  };
}

function matches(when: RuleCondition, request: OutgoingRequest): boolean {
  if (when.method !== undefined && when.method.toUpperCase() !== request.method) return false;
  if (when.path !== undefined && new URL(request.url).pathname !== when.path) return false;
  if (when.url !== undefined && !matchesText(when.url, request.url)) return false;
  return Object.entries(when.headers ?? {}).every(([name, wanted]) => {
    const value = request.headers.get(name);
    return wanted === null ? value === null : value !== null && matchesText(wanted, value);
  });
}

/** Reads any body to its end. */
export async function readBody(body: Body): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
