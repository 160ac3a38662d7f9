import { AssertionError } from "node:assert";
import { expectationFailures } from "./file/expect.js";
import type { Unmet } from "./file/failure.js";
import type { CallsModel, ExpectModel } from "./file/model.js";
import type { Outcome } from "./outcome.js";

/** What a matcher says: as vitest's and Jest's `expect.extend` want it. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/** How a request is refused: all that is given must hold. */
export interface Refusal {
  readonly status?: number;
  /** The policy, or built-in step, that refuses. */
  readonly by?: string;
  /** `context.LastError.Reason`. */
  readonly reason?: string;
}

/**
 * Matchers of outcomes, for `expect.extend` of vitest and Jest:
 *
 *     expect.extend(outcomeMatchers);
 *     expect(await policy.send({ url })).toRefuse({ status: 401, by: "validate-jwt" });
 */
export const outcomeMatchers = {
  /** No call reaches the backend, and the answer is an error: as told. */
  toRefuse(outcome: Outcome, refusal: Refusal = {}): MatcherResult {
    const { status, by, reason } = refusal;
    const answered = outcome.answeredBy?.policy ?? "nobody";
    return result("to refuse", outcome, [
      ...(outcome.backendCalls.length === 0
        ? []
        : [unmet(`the backend got ${outcome.backendCalls.length} calls, expected none`)]),
      ...(outcome.status >= 400 ? [] : [unmet(`status is ${outcome.status}, expected 400 or more`)]),
      ...(by === undefined || by === answered ? [] : [unmet(`${answered} answered, expected ${by}`)]),
      ...expectationFailures(
        { ...(status === undefined ? {} : { status }), ...(reason === undefined ? {} : { error: { reason } }) },
        outcome,
      ),
    ]);
  },

  /** The backend gets the request: once, unless told otherwise, and with what is told of the last call. */
  toForward(outcome: Outcome, request: NonNullable<CallsModel["request"]> = {}, calls = 1): MatcherResult {
    return result("to forward", outcome, expectationFailures({ backend: { calls, request } }, outcome));
  },

  /** These policies run, in this order; others may stand between. */
  toHaveRun(outcome: Outcome, ...policies: readonly string[]): MatcherResult {
    return result(`to have run ${policies.join(", ")}`, outcome, expectationFailures({ trace: policies }, outcome));
  },

  /** The answer is as an `expect` of a policy test file says. */
  toAnswer(outcome: Outcome, expected: ExpectModel): MatcherResult {
    return result("to answer so", outcome, expectationFailures(expected, outcome));
  },

  /** Of several outcomes, so many have each status: `{ 200: 2, 429: 1 }`. */
  toCount(outcomes: readonly Outcome[], expected: Readonly<Record<number, number>>): MatcherResult {
    const counts: Record<string, number> = {};
    for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
    const statuses = [...new Set([...Object.keys(counts), ...Object.keys(expected)])].sort();
    const wrong = statuses.filter((status) => (counts[status] ?? 0) !== (expected[Number(status)] ?? 0));
    const failures = wrong.map((status) =>
      unmet(`${counts[status] ?? 0} answers have the status ${status}, expected ${expected[Number(status)] ?? 0}`),
    );
    return said("the outcomes to count so", "the outcomes not to count so", failures, []);
  },
} as const;

const unmet = (message: string): Unmet => ({ path: [], message });

function result(what: string, outcome: Outcome, failures: readonly Unmet[]): MatcherResult {
  const { answeredBy, error } = outcome;
  const place = answeredBy?.place ?? null;
  return said(`the outcome ${what}`, `the outcome not ${what}`, failures, [
    `answered by ${answeredBy?.policy ?? "nobody"}${place === null ? "" : ` at ${place.file}:${place.line}:${place.column}`}`,
    ...(error === null ? [] : [`error: ${error.source} ${error.reason ?? ""} ${error.message}`]),
  ]);
}

function said(what: string, opposite: string, failures: readonly Unmet[], context: readonly string[]): MatcherResult {
  const pass = failures.length === 0;
  const lines = failures.flatMap(({ message, diff }) => [message, ...(diff === undefined ? [] : [diff])]);
  return {
    pass,
    message: () => (pass ? `expected ${opposite}` : [`expected ${what}:`, ...lines, ...context].join("\n")),
  };
}

/** {@link outcomeMatchers} as assertions that throw. */
export interface OutcomeAssertions {
  toRefuse(refusal?: Refusal): void;
  toForward(request?: NonNullable<CallsModel["request"]>, calls?: number): void;
  toHaveRun(...policies: readonly string[]): void;
  toAnswer(expected: ExpectModel): void;
  toCount(expected: Readonly<Record<number, number>>): void;
}

/**
 * The same for runners without `expect`, such as node:test:
 *
 *     expectOutcome(await policy.send({ url })).toForward({ headers: { "X-Plan": "gold" } });
 *
 * Each throws an AssertionError that says what was not as expected.
 * @param subject one outcome, or several for `toCount`
 */
export function expectOutcome(subject: Outcome | readonly Outcome[]): OutcomeAssertions {
  const all = "status" in subject ? [subject] : subject;
  const only = (): Outcome => {
    if (all.length !== 1) throw new TypeError(`There are ${all.length} outcomes, and one is expected.`);
    return all[0]!;
  };
  return {
    toRefuse: (refusal) => assertPassed(outcomeMatchers.toRefuse(only(), refusal)),
    toForward: (request, calls) => assertPassed(outcomeMatchers.toForward(only(), request, calls)),
    toHaveRun: (...policies) => assertPassed(outcomeMatchers.toHaveRun(only(), ...policies)),
    toAnswer: (expected) => assertPassed(outcomeMatchers.toAnswer(only(), expected)),
    toCount: (expected) => assertPassed(outcomeMatchers.toCount(all, expected)),
  };
}

function assertPassed(result: MatcherResult): void {
  if (!result.pass) throw new AssertionError({ message: result.message(), stackStartFn: assertPassed });
}
