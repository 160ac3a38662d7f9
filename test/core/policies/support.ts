import { ConfigurationError, type Diagnostic } from "@turnpike/core";
import { type PolicyTest, type PolicyTestOptions, policyTest } from "@turnpike/core/testing";
import { checkDocument } from "@turnpike/core/tools";

/** What stands in the sections of a document besides `<base />`, which comes first. */
export interface Sections {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
}

/** A document of API scope. Text alone is inbound. */
export function document(sections: Sections | string): string {
  const {
    inbound = "",
    backend = "<base />",
    outbound = "",
    onError = "",
  } = typeof sections === "string" ? { inbound: sections } : sections;
  return `<policies>
    <inbound><base />${inbound}</inbound>
    <backend>${backend}</backend>
    <outbound><base />${outbound}</outbound>
    <on-error><base />${onError}</on-error>
  </policies>`;
}

/** A document of API scope in a world of its own. */
export function world(sections: Sections | string, options: Omit<PolicyTestOptions, "policy"> = {}): Promise<PolicyTest> {
  return policyTest({ policy: document(sections), ...options });
}

/** Codes of the errors and warnings of a document that is looked at alone: `error TP2007`. */
export function findings(sections: Sections | string): string[] {
  return checkDocument(document(sections)).diagnostics.map(text);
}

/** The errors with which a document in a world of its own is refused; empty if it is not. */
export async function refusals(sections: Sections | string, options: Omit<PolicyTestOptions, "policy"> = {}): Promise<string[]> {
  try {
    await world(sections, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.diagnostics.filter((finding) => finding.severity === "error").map(text);
  }
}

function text({ severity, code }: Diagnostic): string {
  return `${severity} ${code}`;
}

/** Where the request goes in these tests. */
export const url = "https://api.example/orders";

/** A request header by its name, or null. */
export function sent(call: { readonly headers: { get(name: string): string | null } } | undefined, name: string): string | null {
  return call?.headers.get(name) ?? null;
}
