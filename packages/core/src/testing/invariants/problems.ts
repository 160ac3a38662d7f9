import { nearest } from "../../diagnostics/nearest.js";
import { error, type Problem } from "../../diagnostics/problem.js";
import { STATUSES } from "../statuses.js";

const invalid = (message: string, hint?: string): Problem => error("TP4002", message, hint);

/** Everything that can be wrong with an invariants file, beyond its shape, by name. */
export const invariantProblems = {
  versionUnknown: (version: number): Problem => invalid(`Invalid version '${version}': expected 1.`),
  noInvariants: (): Problem => invalid("The file has no invariants."),
  nameTwice: (name: string): Problem => invalid(`Invalid name '${name}': expected one that no other invariant has.`),
  notOneKind: (): Problem => invalid("An invariant says one of `always`, `never`, `limit`, `apart`."),
  saysNothing: (key: "always" | "never"): Problem => invalid(`\`${key}\` says nothing.`),
  noAnswerInAlways: (): Problem =>
    invalid("Nothing is said of what comes out.", "Say in `when` what must not happen then, such as `forwarded: true`."),
  noAnswerInNever: (): Problem =>
    invalid("Nothing is said of what comes out.", "Say in `never` what must not happen, such as `forwarded: true`."),
  callsInvalid: (written: number, most: number): Problem =>
    invalid(`Invalid calls '${written}': expected a whole number from 0 to ${most}.`),
  perInvalid: (written: string | number): Problem => invalid(`Invalid per '${written}': expected a duration such as 10s.`),
  nothingApart: (): Problem => invalid("`apart` names nothing that keeps requests apart."),
  answerInWhen: (key: "limit" | "apart"): Problem =>
    invalid(`With \`${key}\`, \`when\` speaks of requests, not of what comes out.`),
  patternInvalid: (written: string): Problem =>
    invalid(`Invalid pattern '${written}': expected a JavaScript regular expression between slashes.`),
  statusInvalid: (written: string | number): Problem => invalid(`Invalid status '${written}': expected ${STATUSES}.`),
  unknownName: (kind: string, id: string, known: readonly string[]): Problem => {
    const near = nearest(id, known);
    return invalid(`The configuration has no ${kind} '${id}'.`, near === null ? undefined : `Did you mean '${near}'?`);
  },
};
