import type { ApiModel, Gateway, SetAside } from "@turnpike/core";
import type { Output } from "./command.js";
import { paint } from "./diagnostics.js";

/** Entities that are listed one by one; a longer list says how many more there are. */
const MOST_LISTED = 20;

/** Tells what a gateway is in force without: how many entities of each kind, then each with the first thing that is wrong with it. */
export function tellSetAside(entities: readonly SetAside[], output: Output): void {
  if (entities.length === 0) return;
  const counts = new Map<string, number>();
  for (const { kind } of entities) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const all = Array.from(counts, ([kind, count]) => `${count} ${count === 1 ? kind : plural(kind)}`).join(", ");
  const detail =
    "The rest is served; requests to what is set aside get 503. --strict refuses such a configuration, --verbose shows all findings.";
  output.complain(`${paint("red", `Set aside: ${all}.`, output.stderr)} ${detail}`);
  for (const { kind, id, finding } of entities.slice(0, MOST_LISTED))
    output.complain(`  ${kind} ${id}: ${finding.file}:${finding.line}:${finding.column} ${finding.code} ${finding.message}`);
  if (entities.length > MOST_LISTED) output.complain(`  and ${entities.length - MOST_LISTED} more`);
}

function plural(kind: string): string {
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** Is there an API left that is served, or none to begin with? */
export function servesAny({ configuration, setAside }: Gateway): boolean {
  if (setAside.length === 0) return true;
  if (setAside.some(({ kind }) => kind === "global policy")) return false;
  const aside = new Set(setAside.map(({ kind, id }) => `${kind} ${id}`));
  const isServed = ({ id, workspace }: ApiModel): boolean =>
    !aside.has(`API ${workspace === null ? id : `${workspace.id}:${id}`}`) &&
    (workspace === null || !aside.has(`workspace ${workspace.id}`));
  const inner = [...configuration.workspaces.values()].flatMap(({ apis }) => [...apis.values()]);
  return [...configuration.apis.values(), ...inner].some(isServed);
}
