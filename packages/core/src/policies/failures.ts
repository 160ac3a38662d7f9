import { pathNotAllowed } from "../backends/target-path.js";
import type { DocumentedError } from "../policy/declared-error.js";
import { callerGone, callTimedOut, connectionFailed } from "../policy/failure.js";

/** The failure of a path that is not sent, as a page tells of it. */
export function pathError(when: string): DocumentedError {
  return { ...pathNotAllowed, when };
}

/** How calls fail. @param condition what else must be so for it to be an error, if anything */
export function callErrors(condition = ""): readonly DocumentedError[] {
  return [
    ...[connectionFailed, callTimedOut].map((failure) => ({ ...failure, when: `${failure.when}${condition}` })),
    callerGone,
  ];
}
