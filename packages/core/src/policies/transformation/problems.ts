import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy that changes a message, by name. */
export const transformationProblems = {
  methodInvalid: (written: string): Problem => error("TP2008", `"${written}" is not an HTTP method.`),
  reasonInvalid: (): Problem => error("TP2008", "A reason phrase cannot hold line breaks or characters beyond Latin-1."),

  // Headers
  headerNameInvalid: (written: string): Problem => error("TP2008", `"${written}" is not a header name.`),
  headerValueInvalid: (): Problem =>
    error("TP2008", "A header's value cannot hold line breaks, control characters or characters beyond Latin-1."),
  headerProtected: (name: string, change: "removed" | "changed"): Problem =>
    warning("TP2103", `The header ${name} cannot be ${change}: this has no effect.`),

  // Templates
  /** @param what what has no effect in it, as a sentence */
  liquidWithoutEffect: (what: string, hint: string | null): Problem => warning("TP2111", what, hint ?? undefined),
  liquidInvalid: (why: string, hint: string | null): Problem =>
    error("TP2105", `The Liquid template is not valid: ${why}`, hint ?? undefined),
  stylesheetMissing: (): Problem => error("TP2113", "<xsl-transform> needs a child <xsl:stylesheet>."),
  stylesheetInvalid: (why: string): Problem => error("TP2113", `The stylesheet cannot be used: ${why}`),
};
