import type { ConfigurationPath } from "../config/source.js";
import type { Project } from "./project.js";

/** The entities of one kind, with where each stands: those of the service, and those of its workspaces. */
export function* entities<K extends "namedValues" | "backends" | "schemas" | "fragments">(
  { configuration }: Project,
  kind: K,
): Generator<{ readonly id: string; readonly path: ConfigurationPath }> {
  const data = configuration?.loaded.data;
  for (const id of Object.keys(data?.[kind] ?? {})) yield { id, path: [kind, id] };
  for (const [workspace, inner] of Object.entries(data?.workspaces ?? {}))
    for (const id of Object.keys(inner[kind] ?? {})) yield { id, path: ["workspaces", workspace, kind, id] };
}

/** The ids that attributes of documents give. Null if one of them is computed or holds a named value: then any may be meant. */
export function namedIn({ documents }: Project, attributes: ReadonlySet<string>): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const document of documents)
    for (const element of document.elements())
      for (const { attribute, code, text, raw } of element.values) {
        if (attribute === null || !attributes.has(attribute)) continue;
        if (code === null) {
          if (/\{\{/.test(text)) return null;
          names.add(text.trim());
          if (raw !== text) names.add(text.trim());
          continue;
        }
        const constants = [...code.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
        // Text put together from parts may name anything.
        if (/\+|\$"|Format|Concat|Replace/.test(code.text) || constants.length === 0) return null;
        for (const constant of constants) names.add(constant);
      }
  return names;
}
