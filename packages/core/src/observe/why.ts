import type { Exchange } from "../policy/exchange.js";
import type { StepOutcome } from "../policy/observer.js";
import { answererOf } from "./outcome.js";
import type { TracedEntry, TracedExpression } from "./trace-document.js";

/** What is known of a step that did not fail. */
interface Told {
  readonly info: { readonly name: string };
  readonly expressions: readonly TracedExpression[];
  readonly store: readonly TracedEntry[];
}

/** Why a step ended as it did, by what it was seen to do; null where there was nothing to decide. */
export function whyOf({ info, expressions, store }: Told, outcome: StepOutcome, exchange: Exchange): string | null {
  const { response } = exchange;
  const { name } = info;
  if (name === "when") return conditionText(expressions, outcome !== "skipped");
  if (name === "otherwise") return "No branch before it was taken.";
  if (name === "forward-request" && response.status >= 400) return answerText(exchange);
  const looked = store.filter(({ kind }) => kind === "cache").at(-1);
  if (name.includes("cache-lookup") && looked !== undefined)
    return lookupText(looked, outcome === "stop" || name === "cache-lookup-value");
  return outcome === "stop" ? `It ends the request with the answer ${response.status} ${response.reason}.` : null;
}

/** An error that is no error of the gateway's. */
function answerText(exchange: Exchange): string | null {
  const { layer } = answererOf(exchange);
  if (layer === "gateway") return null;
  const { status, reason } = exchange.response;
  return `The ${layer} answered ${status}${reason === "" ? "" : ` ${reason}`}: that is its own answer.`;
}

function lookupText({ key, after }: TracedEntry, isUsed: boolean): string {
  if (after === null)
    return `Nothing is stored under the key ${key}: it was never stored, has ended, or was stored for other values to vary by.`;
  return isUsed
    ? `The key ${key} holds an entry of ${after} bytes.`
    : `The key ${key} holds an entry, but none for this request.`;
}

/** Counters that are at their limit, and when they renew. */
export function fullCounters(store: readonly TracedEntry[]): string[] {
  return store
    .filter(({ kind, after, limit }) => kind === "counter" && limit !== undefined && (after ?? 0) >= limit)
    .map(({ key, after, limit, renewsIn }) => {
      const renewal = renewsIn === undefined ? "does not renew" : `renews in ${Math.ceil(renewsIn / 1000)} s`;
      return `The counter ${key} holds ${after} of ${limit} and ${renewal}.`;
    });
}

/** What the operands of a condition came out as. */
function conditionText(expressions: readonly TracedExpression[], isTrue: boolean): string {
  const last = expressions.at(-1);
  if (last === undefined) return `Its condition is always ${isTrue ? "true" : "false"}.`;
  const outcome = `Its condition is ${isTrue ? "true" : "false"}`;
  const operands = (last.operands ?? []).map(
    ({ text, value, comparison }) => `${text} is ${quoted(value)}${comparison === undefined ? "" : ` (${comparison})`}`,
  );
  return operands.length === 0 ? `${outcome}: ${last.text}` : `${outcome}: ${operands.join("; ")}.`;
}

function quoted(value: string | null): string {
  return value === null ? "null" : /^(?:True|False|-?\d+(?:\.\d+)?)$/.test(value) ? value : `"${value}"`;
}
