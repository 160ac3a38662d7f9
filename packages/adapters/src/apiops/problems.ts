import type { Problem } from "@turnpike/core";
import { errorProblem, warningProblem } from "@turnpike/core/adapter";

const NAMED_VALUE = "Give it in an environment file (namedValues: [{ name, properties: { value } }]) or in additions.";

/** What is left out of the configuration, or has no effect in it. */
const unused = (message: string, hint?: string): Problem => warningProblem("TP3012", message, hint);

/** Everything that can be wrong with an APIOps folder, or with what was read of a running instance, by name. */
export const artifactProblems = {
  // Files
  notJson: (why: string): Problem => errorProblem("TP4001", `The file is not JSON: ${why}`),
  informationMissing: (entity: string): Problem =>
    unused(
      `There is no information file in ${entity}: it is left out.`,
      "Folders are read as version 4 and later of the extractor write them.",
    ),
  property: (property: string, why: "unknown" | "without effect" | "misshapen"): Problem => {
    const what = {
      unknown: "is not known: it is not used.",
      "without effect": "is not supported: it has no effect here.",
      misshapen: "has another form than expected: it is not used.",
    };
    return unused(`The property ${property} ${what[why]}`);
  },
  fileUnused: (name: string): Problem => unused(`${name} is not used.`),
  environmentMissing: (candidates: readonly string[]): Problem =>
    errorProblem("TP3001", "There is no such environment file.", `It is looked for at ${candidates.join(", ")}.`),
  environmentOfNothing: (entity: string): Problem =>
    unused(`The environment speaks of ${entity}, which the folder does not have.`),
  placeholderWithoutValue: (name: string): Problem =>
    errorProblem("TP3006", `The placeholder {#${name}#} has no value.`, `Set the environment variable ${name}.`),

  // APIs
  currentRevisionMissing: (api: string): Problem =>
    errorProblem("TP3002", `The API ${api} has revisions, but no folder ${api} for the current one.`),
  currentRevisionTwice: (folder: string, current: string): Problem =>
    unused(`${folder} is the current revision, which ${current} holds: it is left out.`),
  operationsAlike: (operation: string, api: string): Problem =>
    errorProblem(
      "TP3009",
      `The operation ${operation} has a policy, but the operations of ${api} cannot be told apart.`,
      "Put it into the API's policy.",
    ),
  operationOfServer: (operation: string, api: string): Problem =>
    unused(`The operation ${operation} is ignored: the MCP server ${api} has its tools instead.`),
  soapOperationsAlike: (api: string): Problem =>
    unused(`The operations of the SOAP API ${api} are not told apart: it has one, POST /.`),
  messagesWithoutSchemas: (api: string): Problem =>
    unused(
      `The schemas of the API ${api} are not read: without an OpenAPI document, validate-content knows those of the service only.`,
    ),
  withoutOpenApi: (api: string): Problem =>
    unused(`The API ${api} has no OpenAPI document (specification.yaml or .json): it has no operations.`),
  versionSetMissing: (api: string, set: string): Problem =>
    errorProblem("TP3002", `The API ${api} is in the version set ${set}, which the folder does not have.`),
  versionSchemeUnknown: (set: string, scheme: string): Problem =>
    errorProblem("TP3005", `The version set ${set} has the unknown scheme ${scheme}.`),
  resolverIncomplete: (resolver: string, missing: string): Problem =>
    unused(`The resolver ${resolver} has no ${missing}: it is left out.`),

  // Access
  linkToNothing: (who: string, api: string): Problem => unused(`${who} links to the API ${api}, which the folder does not have.`),
  scopeMissing: (subscription: string, scope: string): Problem =>
    unused(`The subscription ${subscription} is for ${scope}, which the folder does not have: it is left out.`),
  subscriptionWithoutKeys: (subscription: string): Problem =>
    unused(
      `The subscription ${subscription} has no keys: nobody can use it.`,
      "Give primaryKey in an environment file or in additions.",
    ),
  ownerMissing: (subscription: string, owner: string): Problem =>
    unused(
      `The owner of the subscription ${subscription}, ${owner}, is not in the folder: context.User is null.`,
      "Give it in additions: { users }.",
    ),

  // Other entities
  serviceFabric: (backend: string): Problem =>
    warningProblem("TP3009", `The backend ${backend} is a Service Fabric cluster, which is not supported.`),
  certificateMissing: (backend: string, certificate: string): Problem =>
    unused(
      `The backend ${backend} is called with the client certificate ${certificate}, which is not in the folder: it is called without.`,
      "Give it in additions: { certificates }.",
    ),
  fragmentWithoutPolicy: (fragment: string): Problem => unused(`The fragment ${fragment} has no policy.xml: it is left out.`),
  schemaWithoutDocument: (schema: string): Problem => unused(`The schema ${schema} holds no document: it is left out.`),
  namedValueMissing: (name: string): Problem =>
    errorProblem("TP3006", `The named value ${name} has no value, as its secret is not in the folder.`, NAMED_VALUE),
  namedValueLeftOut: (name: string): Problem =>
    unused(
      `The named value ${name} has no value, and no policy or entity that is used here refers to it: it is left out.`,
      NAMED_VALUE,
    ),

  // Of a running instance
  notAnswered: (what: string, status: number): Problem => unused(`${what} answered ${status}: it goes without.`),
  activityLogUnreadable: (seconds: number): Problem =>
    unused(`The activity log cannot be read: changes are looked for every ${seconds} seconds.`),
};
