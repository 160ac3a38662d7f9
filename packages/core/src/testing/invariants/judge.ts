import { parseUnitDuration } from "../duration.js";
import type { ExpectModel } from "../file/model.js";
import { type ConditionKey, ofAnswer, unmet } from "./condition.js";
import { denying, expecting } from "./expectation.js";
import { type CallFacts, headerOf, queryOf } from "./facts.js";
import type { ApartModel, ConditionModel, InvariantModel, LimitModel } from "./model.js";
import { without } from "./text.js";

/** A call of which an invariant does not hold. */
export interface Violation {
  readonly call: CallFacts;
  /** What came about, in a sentence. */
  readonly why: string;
  /** What a test expects of the call. */
  readonly expect: ExpectModel;
}

/** The calls of a trial that an invariant is about. */
export function concernedBy({ when = {} }: InvariantModel, calls: readonly CallFacts[]): readonly CallFacts[] {
  return calls.filter((call) => unmet(when, call, false).length === 0);
}

/**
 * The first call of a trial of which an invariant does not hold; null if it holds of all.
 * @param concerned the calls that it is about
 */
export function violationOf(
  invariant: InvariantModel,
  concerned: readonly CallFacts[],
  calls: readonly CallFacts[],
): Violation | null {
  const { limit, apart } = invariant;
  if (limit !== undefined) return limitExceeded(limit, concerned);
  if (apart !== undefined) return mixedUp(apart, concerned, calls);
  for (const call of concerned) {
    const found = statementBroken(invariant, call);
    if (found !== null) return found;
  }
  return null;
}

function statementBroken({ when = {}, always, never }: InvariantModel, call: CallFacts): Violation | null {
  if (always !== undefined) {
    const keys = unmet(always, call, true);
    if (keys.length === 0) return null;
    const shown = keys.filter((key) => ofAnswer(always).includes(key));
    const expect = shown.length > 0 ? expecting(always, shown, call) : denying(when, call);
    return expect === null ? null : { call, why: `${storyOf(call)} This does not hold: ${described(always, keys)}.`, expect };
  }
  if (never === undefined || unmet(never, call, false).length > 0) return null;
  const expect = denying(never, call) ?? denying(when, call);
  const keys = Object.keys(never) as ConditionKey[];
  return expect === null ? null : { call, why: `${storyOf(call)} This holds: ${described(never, keys)}.`, expect };
}

function storyOf({ outcome, request }: CallFacts): string {
  const forwarded = outcome.backendCalls.length === 0 ? "reaches no backend" : "reaches a backend";
  return `${request.method ?? "GET"} ${new URL(request.url).pathname} ${forwarded} and is answered with ${outcome.status}.`;
}

/** Parts of a condition as the file writes them, on one line. */
function described(condition: ConditionModel, keys: readonly ConditionKey[]): string {
  return keys.map((key) => `${key}: ${JSON.stringify(condition[key]).replaceAll('"', "")}`).join(", ");
}

function limitExceeded({ calls: most, per, by = "subscription" }: LimitModel, calls: readonly CallFacts[]): Violation | null {
  const window = parseUnitDuration(per)!;
  const counted = new Map<string, number[]>();
  for (const call of calls) {
    if (call.outcome.backendCalls.length === 0) continue;
    const subject = subjectOf(call, by);
    const times = (counted.get(subject) ?? []).filter((time) => time > call.at - window);
    times.push(call.at);
    counted.set(subject, times);
    if (times.length > most) {
      const why = `${times.length} calls reach a backend within ${per}, at most ${most} may.`;
      return { call, why, expect: { backend: { calls: 0 } } };
    }
  }
  return null;
}

function subjectOf({ outcome, request, token }: CallFacts, by: NonNullable<LimitModel["by"]>): string {
  if (by === "subscription") return String(outcome.match.subscription);
  if (by === "address") return String(request.ipAddress);
  return by === "token" ? JSON.stringify(token?.claims ?? null) : "";
}

/** A call that got what a backend answered to another one, which differs where it may not. */
function mixedUp(apart: ApartModel, concerned: readonly CallFacts[], calls: readonly CallFacts[]): Violation | null {
  for (const call of concerned)
    for (const mark of marksIn(call.outcome.text)) {
      if (call.given.includes(mark)) continue;
      const owners = calls.filter(({ given }) => given.includes(mark));
      const [owner] = owners;
      if (owners.length !== 1 || owner === undefined || !concerned.includes(owner)) continue;
      const difference = differenceOf(apart, owner, call);
      if (difference === null) continue;
      const why = `The answer to a request with another ${difference} is given again.`;
      return { call, why, expect: { body: { matches: without(mark) } } };
    }
  return null;
}

function differenceOf({ query = [], headers = [], subscription, token }: ApartModel, a: CallFacts, b: CallFacts): string | null {
  for (const name of query) if (queryOf(a.request.url, name) !== queryOf(b.request.url, name)) return `query parameter ${name}`;
  for (const name of headers) if (headerOf(a.request, name) !== headerOf(b.request, name)) return `header ${name}`;
  if (subscription === true && a.outcome.match.subscription !== b.outcome.match.subscription) return "subscription";
  if (token !== undefined && JSON.stringify(a.token?.claims[token]) !== JSON.stringify(b.token?.claims[token]))
    return `claim ${token}`;
  return null;
}

/** The mark that the n-th answer of a backend bears in its body, by which it is known again. */
export const markOf = (index: number): string => `what-a-backend-said-${String(index + 1).padStart(3, "0")}`;

/** The marks in a text. */
export function marksIn(text: string): readonly string[] {
  return [...new Set(text.match(/what-a-backend-said-\d{3}/g) ?? [])];
}
