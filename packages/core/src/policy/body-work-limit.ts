import { LimitError } from "@turnpike/expressions";
import type { Run } from "@turnpike/expressions/values";
import type { MessageBody } from "../http/body.js";
import { BodyWorkError } from "../http/body.js";
import { defaultBodyWork } from "../http/body-work.js";

/** An expression's reading of a body would take more work than it may: no `catch` of the expression sees it. */
export class BodyWorkLimit extends LimitError {
  constructor(override readonly cause: BodyWorkError) {
    super("host", cause.message);
  }
}

/** What evaluations under way may still spend on bodies, in units. */
const left = new WeakMap<Run, number>();

/** Charges an evaluation for a body that it is about to read. Throws {@link BodyWorkLimit}. */
export function chargeRun(run: Run, body: MessageBody): void {
  const limit = bodyWorkOf(run.host);
  try {
    left.set(run, body.charge(limit, left.get(run) ?? limit));
  } catch (error) {
    if (error instanceof BodyWorkError) throw new BodyWorkLimit(error);
    throw error;
  }
}

/** A gateway says how much; in fixtures nobody does. */
function bodyWorkOf(host: object): number {
  return "bodyWork" in host && typeof host.bodyWork === "number" ? host.bodyWork : defaultBodyWork;
}
