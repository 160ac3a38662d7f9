import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy that validates messages, by name. */
export const validationProblems = {
  schemaTooLarge: (id: string): Problem => error("TP2107", `The schema ${id} is larger than 4 MB.`),
  graphqlPackageMissing: (name: string): Problem =>
    error("TP2108", `validate-graphql-request needs the package ${name}.`, `npm install ${name}`),
  xmlPackageMissing: (name: string): Problem =>
    error(
      "TP2108",
      `validate-content needs the package ${name} (0.7) to validate XML against a schema.`,
      `npm install ${name}@0.7`,
    ),
  schemaReferenceUnused: (): Problem =>
    warning("TP2104", "schema-ref says nothing of XML: any top-level element may be the root."),
  errorsVariableMisspelt: (): Problem =>
    warning(
      "TP2006",
      "validate-status-code spells it errors-variable-name.",
      "Write errors-variable-name: API Management does not know the other.",
    ),
};
