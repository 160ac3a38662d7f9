import { compareConfigurations, explainConfiguration, type OperationDifference, type PropertyChange } from "@turnpike/core/tools";
import { type Command, type Output, UsageError } from "../command.js";
import { complainOf, readConfiguration, readingDetails, readingOptions } from "../configuration.js";
import { paint } from "../diagnostics.js";
import { elementText, placeText } from "./explain.js";

/** `turnpike diff`: what differs between two configurations in effect. */
export const diffCommand: Command = {
  usage: "diff CONFIG_A CONFIG_B",
  details: [
    ...readingDetails,
    "Pipelines are compared in effect, with named values, fragments and outer scopes put in: a change of a fragment is one of all operations that include it.",
    "Secrets are compared, and shown as ***. Values in files and vaults are not looked up: what differs is where they come from.",
    "Exit code: 0 nothing differs, 1 something does or a configuration has errors, 2 called wrongly.",
  ],
  options: readingOptions,
  async run(call) {
    const [first, second, ...others] = call.positionals;
    if (first === undefined || second === undefined || others.length > 0)
      throw new UsageError("'diff' needs two configurations.", "Example: turnpike diff main/gateway.yaml gateway.yaml");
    const before = explainConfiguration(await readConfiguration(first, call));
    const after = explainConfiguration(await readConfiguration(second, call));
    const differences = compareConfigurations(before, after);
    for (const difference of differences) {
      if (call.has("json")) call.output.print(JSON.stringify(difference));
      else print(difference, call.output);
    }
    if (!call.has("json")) call.output.print(summary(differences));
    const errors = [...before.diagnostics, ...after.diagnostics].filter((diagnostic) => diagnostic.severity === "error");
    complainOf(errors, call.output);
    return differences.length === 0 && errors.length === 0 ? 0 : 1;
  },
};

function summary(differences: readonly OperationDifference[]): string {
  if (differences.length === 0) return "No operation differs.";
  const count = (change: OperationDifference["change"]): string =>
    `${differences.filter((difference) => difference.change === change).length} ${change}`;
  return `Operations: ${count("changed")}, ${count("added")}, ${count("removed")}.`;
}

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;
const COLOURS = { added: "green", removed: "red", changed: "yellow" } as const;

function print(difference: OperationDifference, output: Output): void {
  const head = `${SIGNS[difference.change]} ${difference.method} ${difference.url}`;
  output.print(`${paint(COLOURS[difference.change], head, output.stdout)}  (${difference.api}, ${difference.operation})`);
  for (const change of difference.route) output.print(`    route: ${property(change)}`);
  for (const change of difference.backend) output.print(`    backend: ${property(change)}`);
  for (const { products, changes } of difference.pipelines) {
    const named = products.filter((product) => product !== null);
    output.print(`    pipeline${products.includes(null) ? "" : ` with ${named.join(", ")}`}:`);
    for (const { change, section, policy } of changes)
      output.print(
        `      ${paint(COLOURS[change], `${SIGNS[change]} ${section} ${elementText(policy)}`, output.stdout)}  ${placeText(policy)}`,
      );
  }
  output.print("");
}

function property({ name, before, after }: PropertyChange): string {
  return `${name}: ${before ?? "none"} → ${after ?? "none"}`;
}
