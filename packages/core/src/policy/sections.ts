/** The sections of a policy document. */
export type SectionName = "inbound" | "backend" | "outbound" | "on-error";

/** Where a document stands: the outermost scope first. A resolver of a GraphQL API stands beside them: nothing is inherited. */
export type ScopeName = "global" | "workspace" | "product" | "api" | "operation" | "graphql-resolver";

/** Every section, in the order in which a request meets them. */
export const allSections: readonly SectionName[] = ["inbound", "backend", "outbound", "on-error"];

/** Every scope that a document with sections can have, the outermost first. */
export const allScopes: readonly ScopeName[] = ["global", "workspace", "product", "api", "operation"];
