import type { Problem } from "@turnpike/core";
import { errorProblem, warningProblem } from "@turnpike/core/adapter";

const GIVE = "Give parameters that have no value with --parameters FILE or --parameters NAME=VALUE.";

const unused = (message: string, hint?: string): Problem => warningProblem("TP3012", message, hint);

/** Everything that can be wrong with a template, by name. */
export const templateProblems = {
  // Files
  unreadable: (why: string): Problem => errorProblem("TP4001", `The template cannot be read: ${why}`),
  fileUnreadable: (file: string, why: string): Problem => errorProblem("TP3001", `The file ${file} cannot be read: ${why}`),
  linkedElsewhere: (what: string): Problem => unused(`${what} stands elsewhere: its resources are not read.`),
  notRead: (what: string): Problem => unused(`${what} is not read.`),

  // What a template does not decide
  nameUndecided: (type: string, why: string): Problem =>
    errorProblem("TP3012", `The name of the resource ${type} cannot be decided: ${why}. The resource is left out.`, GIVE),
  documentUndecided: (why: string): Problem => errorProblem("TP3012", `The document cannot be decided: ${why}.`, GIVE),
  documentElsewhere: (format: string): Problem =>
    errorProblem("TP3012", `The document cannot be read: its format ${format} leads elsewhere.`),
  descriptionUnreadable: (api: string, why: string): Problem =>
    errorProblem("TP3012", `The description of the API ${api} cannot be read: ${why}.`),
  propertyUndecided: (property: string, of: string, why: string): Problem =>
    errorProblem("TP3012", `The property ${property} of ${of} cannot be decided: ${why}.`, GIVE),
  propertyMissing: (property: string, of: string, why: string): Problem =>
    unused(`The property ${property} of ${of} cannot be decided: ${why}. It is taken as not given.`, GIVE),
  conditionUndecided: (type: string, why: string): Problem =>
    unused(`Whether there is the resource ${type} cannot be decided: ${why}. It is taken.`, GIVE),
  loopUndecided: (type: string, why: string): Problem =>
    errorProblem("TP3012", `How often there is the resource ${type} cannot be decided: ${why}. It is left out.`, GIVE),
  certificateUndecided: (name: string, why: string): Problem => unused(`The certificate ${name} cannot be decided: ${why}.`),
  resourceUnused: (type: string): Problem => unused(`The resource ${type} is not used.`),
};
