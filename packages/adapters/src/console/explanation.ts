import type { TraceDocument, TracedStep } from "@turnpike/core";
import type { Explanation } from "./messages.js";
import type { KeptOutcome } from "./request-log.js";

const ms = (time: number): string => (time >= 1000 ? `${(time / 1000).toFixed(2)} s` : `${Math.round(time * 10) / 10} ms`);

/** Share of a request's time from which it is said where the time went. */
const MOST_OF_THE_TIME = 0.5;
/** Milliseconds below which it is not. */
const NOTICEABLE = 200;

/** Why a request was answered as it was, from what is known of it: with its trace more than without. */
export function explain(outcome: KeptOutcome, trace: TraceDocument | null): Explanation {
  const steps = trace === null ? [] : flat(trace.steps);
  const deciding = decidingStep(outcome, steps);
  const place = outcome.by.place ?? (deciding?.file == null ? null : { file: deciding.file, line: deciding.line! });
  const reasons = [...whyReasons(outcome, deciding, steps), ...retryReasons(outcome, steps), ...timeReasons(outcome, steps)];
  return {
    headline: headlineOf(outcome),
    reasons: [...new Set(reasons)],
    place: place === null ? null : { file: place.file, line: place.line },
  };
}

function headlineOf({ status, reason, by, backend, cache }: KeptOutcome): string {
  if (status === 0) return "The caller went away before it had an answer.";
  const answer = `${status} ${reason}`.trim();
  const where = by.place === null ? "" : ` (${by.place.file}:${by.place.line})`;
  const scope = by.section === null ? "" : ` in ${by.section}${by.scope === null ? "" : ` of the ${by.scope} scope`}`;
  if (by.layer === "cache")
    return `${answer} came from the response cache: ${by.policy ?? "a policy"}${scope}${where} found an entry.`;
  if (by.layer === "host") return `${answer} is the answer of the host's own handler.`;
  if (by.layer === "backend") {
    const from = backend === null ? "" : `, ${backend.method} ${backend.url}`;
    return `${answer} is the backend's answer${from}${cache === "miss" ? "; the response cache had none" : ""}.`;
  }
  if (by.policy === null) return `${answer} was made by the gateway.`;
  if (by.policy === "authorization") return `${answer}: the gateway refused the subscription key.`;
  if (by.policy === "configuration") return `${answer}: no operation takes the request, or it cannot be served.`;
  return `${answer} was made by ${by.policy}${scope}${where}.`;
}

/** The step that made the answer, or failed. */
function decidingStep({ by, error }: KeptOutcome, steps: readonly TracedStep[]): TracedStep | null {
  const ended = steps.filter(({ outcome }) => outcome === "error" || outcome === "stop");
  const named = (name: string | null): TracedStep | undefined => ended.findLast(({ policy }) => policy === name);
  return named(by.policy) ?? named(error?.source ?? null) ?? ended.findLast(({ steps: inner }) => inner.length === 0) ?? null;
}

function whyReasons({ error, by }: KeptOutcome, deciding: TracedStep | null, steps: readonly TracedStep[]): string[] {
  const reasons: string[] = [];
  if (deciding?.why != null && (error !== null || by.layer !== "backend")) reasons.push(deciding.why);
  if (error !== null && !reasons.some((reason) => reason.includes(error.message)))
    reasons.push(error.reason === null ? error.message : `${error.reason}: ${error.message}`);
  if (error === null && by.layer === "gateway") {
    // A return-response says little by itself: the branch that it stands in was taken for a reason.
    const branch = steps.findLast(
      ({ policy, outcome, why, steps: inner }) =>
        policy === "when" && outcome === "stop" && why !== null && flat(inner).some((step) => step === deciding),
    );
    if (branch?.why != null) reasons.unshift(branch.why);
  }
  return reasons;
}

function retryReasons({ retries, errors }: KeptOutcome, steps: readonly TracedStep[]): string[] {
  if (retries === 0) return [];
  const calls = steps.flatMap((step) => step.calls.filter(({ to }) => to === "backend"));
  const told =
    calls.length === 0
      ? errors.map(({ reason }) => reason ?? "failed")
      : calls.map(({ status, error }) => String(status ?? error));
  const seen = told.length === 0 ? "" : `: ${told.join(", ")}`;
  return [`The backend was called ${retries + 1} times${seen}.`];
}

function timeReasons({ times, backend }: KeptOutcome, steps: readonly TracedStep[]): string[] {
  const { total, gateway, client } = times;
  if (total < NOTICEABLE) return [];
  const most = (part: number): boolean => part >= total * MOST_OF_THE_TIME;
  if (most(times.backend))
    return [`Slow for the backend: ${ms(times.backend)} of ${ms(total)} were spent waiting for ${backend?.url ?? "it"}.`];
  if (most(client)) return [`Slow for the caller: ${ms(client)} of ${ms(total)} were spent on what it sends and takes.`];
  if (!most(gateway)) return [];
  const [slowest] = steps.filter(({ steps: inner }) => inner.length === 0).sort((a, b) => b.elapsed - a.elapsed);
  const where = slowest === undefined ? "" : `, most of it in ${slowest.policy} (${ms(slowest.elapsed)})`;
  return [`Slow in the gateway: ${ms(gateway)} of ${ms(total)}${where}.`];
}

/** Steps with those inside them. */
function flat(steps: readonly TracedStep[]): TracedStep[] {
  return steps.flatMap((step) => [step, ...flat(step.steps)]);
}
