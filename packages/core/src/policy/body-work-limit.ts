import { LimitError } from "@turnpike/expressions";
import type { Run } from "@turnpike/expressions/values";
import type { MessageBody } from "../http/body.js";
import { BodyWorkError } from "../http/body.js";

/** An expression's reading of a body would take more work than it may: no `catch` of the expression sees it. */
export class BodyWorkLimit extends LimitError {
  constructor(override readonly cause: BodyWorkError) {
    super("bodyWork", cause.message);
  }
}

/** Charges an evaluation for a body that it is about to read. Throws {@link BodyWorkLimit}. */
export function chargeRun(run: Run, body: MessageBody): void {
  try {
    run.chargeBodyWork(body.charge(run.limits.bodyWork, run.bodyWorkLeft));
  } catch (error) {
    if (error instanceof BodyWorkError) throw new BodyWorkLimit(error);
    throw error;
  }
}
