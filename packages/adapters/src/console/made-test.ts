import { basename, dirname, join } from "node:path";
import type { Gateway, TraceDocument } from "@turnpike/core";
import type { Refusal } from "./guard.js";
import type { MadeTest } from "./messages.js";

/** What can be part of a file's name everywhere. */
const nameOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);

/** Makes a policy test of a request, and runs it: beside the configuration's file, where nothing is written. */
export async function madeTest(gateway: Gateway, trace: TraceDocument): Promise<MadeTest | Refusal> {
  const { recording, match, answer, request } = trace;
  if (recording == null) return { status: 409, message: "The trace was made without what it takes to run the request again." };
  const { configuration } = recording;
  if (configuration === null)
    return { status: 409, message: "The configuration was made in code: a test file needs a file of it that it can name." };
  // The testing kit is no part of a gateway that serves: it is loaded when the first test is made.
  const { testFromTrace } = await import("@turnpike/core/testing");
  const name = [match.api, match.operation ?? request.method, String(answer.status)]
    .map((part) => nameOf(part ?? ""))
    .filter(Boolean);
  const file = `${name.join("-")}.policy-test.yaml`;
  const made = await testFromTrace(
    trace,
    join(dirname(configuration), file),
    { gateway: `./${basename(configuration)}` },
    gateway.configuration,
  );
  return { file, text: made.text, passes: made.passes, notes: [...made.notes, ...made.failures] };
}
