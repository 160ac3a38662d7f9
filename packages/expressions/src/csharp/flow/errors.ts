import { error, warning } from "../../diagnostics/problem.js";

const RETURN = "End every path with return, or throw.";
const BREAK = "End the section with break;";

/** What may be wrong with the flow of control, in the words of the C# compiler. */
export const flowErrors = {
  noReturn: error("CS0161", { message: "Not all code paths return a value", hint: RETURN }),
  noReturnOf: error("CS0161", (name: string) => ({ message: `'${name}': not all code paths return a value`, hint: RETURN })),
  outParameterLeft: error(
    "CS0177",
    (name: string) => `The out parameter '${name}' must be assigned to before control leaves the current method`,
  ),
  unassignedOutParameter: error("CS0269", (name: string) => `Use of unassigned out parameter '${name}'`),
  unassignedVariable: error("CS0165", (name: string) => `Use of unassigned local variable '${name}'`),
  neverUsed: warning("CS0168", (name: string) => `The variable '${name}' is declared but never used`),
  onlyAssigned: warning("CS0219", (name: string) => `The variable '${name}' is assigned but its value is never used`),
  unreachable: warning("CS0162", "Unreachable code detected"),
  fallsOut: error("CS8070", { message: "Control cannot fall out of switch from final case label", hint: BREAK }),
  fallsThrough: error("CS0163", { message: "Control cannot fall through from one case label to another", hint: BREAK }),
} as const;
