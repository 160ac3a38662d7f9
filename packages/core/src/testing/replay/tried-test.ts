import type { GatewayModel } from "../../model/model.js";
import type { TraceDocument } from "../../observe/trace-document.js";
import { runTestFile, type TestResult } from "../file/run.js";
import { type FromTraceOptions, policyTestFromTrace, type TestFromTrace } from "../from-trace.js";

/** A test that was made of a trace, and what came of running it. */
export interface TriedTest extends TestFromTrace {
  /** True: it was run, and passes. */
  readonly passes: boolean;
  /** What was not as the trace says; empty if it passes. */
  readonly failures: readonly string[];
}

/** How often a test is made anew without what was not the same the last time. */
const MOST_TRIES = 4;
/** What may be another each time, and is not what a request comes to. */
const MAY_DIFFER = /^(?:reason|headers\..+|body|backend\.request\.(?:headers\..+|body))$/;
/** A key of 256 bits or more in base64. */
const KEY = /^[A-Za-z0-9+/]{43,}={0,2}$/;

/**
 * Makes a policy test of a trace, as {@link policyTestFromTrace} does, and runs it: what is not the same each time, such as a text made of random
 * numbers, is left out, and of the named values the one is found that holds the key of a token.
 * @param file where the test is going to stand: from its folder `gateway` is looked for. Nothing is written
 * @param configuration what the gateway has in force; which named values it has is looked up there
 * @throws TypeError for a trace without recording
 */
export async function testFromTrace(
  trace: TraceDocument,
  file: string,
  options: FromTraceOptions,
  configuration: Pick<GatewayModel, "namedValues">,
): Promise<TriedTest> {
  let first: TriedTest | null = null;
  for (const signingKey of signingKeys(trace, configuration)) {
    const test = await triedTest(trace, file, signingKey === null ? options : { ...options, signingKey });
    if (test.passes) return test;
    first ??= test;
  }
  return first!;
}

/** The named values that may hold the key of a token; null where none is needed. */
function signingKeys({ recording }: TraceDocument, { namedValues }: Pick<GatewayModel, "namedValues">): (string | null)[] {
  const isNeeded = recording?.facts.some(
    ({ kind, value }) => kind === "token" && (value as { readonly keyOf?: unknown } | undefined)?.keyOf === "policy",
  );
  const names = [...namedValues].filter(([, { value }]) => KEY.test(value)).map(([name]) => name);
  return isNeeded === true && names.length > 0 ? names : [null];
}

async function triedTest(trace: TraceDocument, file: string, options: FromTraceOptions): Promise<TriedTest> {
  const leaveOut = new Set(options.leaveOut);
  for (let tries = 1; ; tries++) {
    const made = policyTestFromTrace(trace, { ...options, leaveOut: [...leaveOut] });
    const results: TestResult[] = [];
    for await (const result of runTestFile(file, { text: made.text })) results.push(result);
    const failures = results.flatMap((result) => result.failures);
    const isRun = results.every(({ skipped }) => skipped === undefined);
    if (failures.length === 0 || tries === MOST_TRIES) return { ...made, passes: isRun && failures.length === 0, failures };
    const unmet = results.flatMap(({ details }) => details.map(({ expectation }) => expectation.join(".")));
    const differing = unmet.filter((path) => MAY_DIFFER.test(path) && !leaveOut.has(path));
    if (differing.length !== new Set(unmet).size) return { ...made, passes: false, failures };
    for (const path of differing) leaveOut.add(path);
  }
}
