import { nearest } from "./nearest.js";
import { error, type Problem } from "./problem.js";

/** What documents and configurations refer to by id, and the key of the configuration that holds all of its kind. */
export const referable = {
  API: "apis",
  backend: "backends",
  certificate: "certificates",
  fragment: "fragments",
  gateway: "gateways",
  logger: "loggers",
  operation: "operations",
  product: "products",
  schema: "schemas",
  user: "users",
  workspace: "workspaces",
} as const;

/** A kind of {@link referable} things. */
export type ReferenceKind = keyof typeof referable;

/** Codes of kinds that have one of their own. */
const codeOf = { fragment: "TP2014", schema: "TP2107" } as const satisfies Partial<Record<ReferenceKind, string>>;

/** Most ids that a hint lists. */
const MOST_LISTED = 20;

/** An id that nothing has. @param known the ids of that kind that there are */
export function notThere(kind: ReferenceKind, id: string, known: readonly string[]): Problem {
  const near = nearest(id, known);
  const listed = known.slice(0, MOST_LISTED).join(", ");
  const hint =
    near !== null ? `Did you mean ${near}?` : known.length === 0 ? `Add it to ${referable[kind]}.` : `There are ${listed}.`;
  return error(kind === "fragment" || kind === "schema" ? codeOf[kind] : "TP3002", `There is no ${kind} ${id}.`, hint);
}
