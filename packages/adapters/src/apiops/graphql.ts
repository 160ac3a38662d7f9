import type { Data, Folder, Path } from "./artifacts.js";
import { schemaText } from "./entities.js";
import type { Overrides } from "./overrides.js";
import { artifactProblems } from "./problems.js";
import { type Part, policyOf, type Reading } from "./reading.js";

/** The id under which an API's schema is stored. */
const SCHEMA = "graphql";

/**
 * The schema and the resolvers of a GraphQL API. One that has a schema of its own and no specification, and no backend, is made of resolvers, even
 * if there are none.
 */
export function readGraphql(
  { findings, places }: Reading,
  folder: Folder,
  properties: Data,
  path: Path,
  override: Overrides | null,
): Part {
  const specification = folder.file("specification.graphql");
  const stored = folder.collection("schemas").find(({ id }) => id === SCHEMA);
  const text = stored === undefined ? null : schemaText(stored.properties);
  const source = specification ?? stored?.file;
  if (source !== undefined) places.note([...path, "schema"], source);
  const resolvers: Record<string, Part> = {};
  for (const [id, inner] of folder.folder("resolvers")?.children() ?? []) {
    const information = inner.information();
    const own = [...path, "resolvers", id];
    const policy = policyOf(override?.entity("resolvers", id)?.below ?? null, inner, places, own);
    const field = information?.properties["path"];
    if (information === null || typeof field !== "string" || policy === undefined) {
      const what = policy === undefined ? "policy.xml" : "resolverInformation.json with a path";
      findings.warn(inner.path, artifactProblems.resolverIncomplete(id, what));
      continue;
    }
    places.note(own, information.file);
    const { displayName } = information.properties;
    resolvers[id] = { path: field, policy, ...(typeof displayName === "string" ? { name: displayName } : {}) };
  }
  const hasBackend = properties["serviceUrl"] != null && properties["serviceUrl"] !== "";
  const isMade = Object.keys(resolvers).length > 0 || (specification === null && text !== null && !hasBackend);
  return {
    ...(specification !== null ? { schema: { file: specification } } : text !== null ? { schema: text } : {}),
    ...(isMade ? { resolvers } : {}),
  };
}
