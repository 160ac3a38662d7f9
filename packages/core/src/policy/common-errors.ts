import type { DocumentedError } from "./declared-error.js";
import { callerGone, requestTooLarge, responseTooLarge, unforeseen } from "./failure.js";
import { expressionFailed, valueRequired } from "./value.js";

/** What the pipeline makes of failures, whichever policy they come from: for the pages, which list it once for all policies. */
export const commonErrors: readonly DocumentedError[] = [
  expressionFailed,
  valueRequired,
  requestTooLarge,
  responseTooLarge,
  callerGone,
  unforeseen,
];
