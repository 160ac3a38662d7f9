import { error, type Problem } from "../../diagnostics/problem.js";
import { STATUSES } from "../statuses.js";

const invalid = (message: string, hint?: string): Problem => error("TP4002", message, hint);

/** Everything that can be wrong with a policy test file, beyond its shape, by name. */
export const testFileProblems = {
  /** @param why what no test foresaw */
  unforeseen: (why: string): Problem => invalid(why),
  policyOrGateway: (): Problem => invalid("A test file names either `policy` or `gateway`."),
  onlyWithPolicy: (key: string): Problem =>
    invalid(`\`${key}\` goes with \`policy\`.`, "Put it into the gateway's configuration."),
  durationInvalid: (written: string | number): Problem =>
    invalid(`"${written}" is no duration.`, "Write 50ms, 10s, 5m, 1h or 2d."),
  issuerUnknown: (issuer: string): Problem => invalid(`No provider in \`identity\` has the issuer ${issuer}.`),
  noReplicas: (): Problem => invalid("Invalid replicas: expected how far the clock of each is ahead, such as 0s."),
  onlyWithGateway: (): Problem =>
    invalid("`operation` goes with `gateway`.", "The document of a single operation is `operationPolicy`."),
  repliesAndFails: (): Problem => invalid("A rule or fault either replies or fails."),

  // Tests
  noTests: (): Problem => invalid("The file has no tests."),
  requestOrSteps: (test: string): Problem => invalid(`The test "${test}" needs either a request or steps.`),
  columnWithoutTable: (column: string): Problem =>
    invalid(`{{each:${column}}} stands in a test without a table.`, "Give the test `each`, a list of rows."),
  tableEmpty: (): Problem => invalid("The table has no rows."),
  columnMissing: (column: string): Problem => invalid(`The row has no column "${column}".`),
  expectsNothing: (test: string): Problem =>
    invalid(`The test "${test}" expects nothing.`, "Say under `expect` what must come out."),

  // Steps
  notANumber: (key: string): Problem => invalid(`${key} must be a number.`),
  statusInvalid: (written: string | number): Problem => invalid(`Invalid status '${written}': expected ${STATUSES}.`),
  toolAndMore: (key: string): Problem =>
    invalid(`A request with \`mcp\` has no \`${key}\`.`, "A tool's call is a POST with a body of its own: take one of them out."),
  /** @param why what the kit says of it */
  faultInvalid: (why: string): Problem => invalid(why),
  urlMissing: (): Problem => invalid("A request needs a `url`, unless one `operation` is tested."),
  requestMissing: (): Problem => invalid("A step that expects something needs a request."),
  repeatsAndSendsAtOnce: (): Problem => invalid("A step either repeats or sends in parallel."),
};
