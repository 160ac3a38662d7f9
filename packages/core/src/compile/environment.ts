import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { GatewayModel } from "../model/model.js";
import type { OptionalPackages } from "../policy/optional-packages.js";
import type { XmlDocument } from "../xml/nodes.js";
import type { ExpressionCompiler } from "./expressions.js";
import type { Probes } from "./probes.js";
import type { PolicyRegistry } from "./registry.js";

/** What compiling a document needs from around it. */
export interface CompileEnvironment {
  readonly registry: PolicyRegistry;
  readonly configuration: GatewayModel;
  /** True where a document is looked at alone: what it refers to is not there, and that is no error. */
  readonly isDetached: boolean;
  readonly expressions: ExpressionCompiler;
  /** True where this process is one of several workers, and counts in memory of its own. */
  readonly countsAlone: boolean;
  readonly packages: OptionalPackages;
  /** Null unless somebody wants to know what of the documents is reached: then nothing is wrapped. */
  readonly probes: Probes | null;
  /** Does each policy tell what it does? Only for whoever compares pipelines. */
  readonly tellsShapes: boolean;
  /** A fragment as read; null if it does not exist or cannot be read. */
  fragment(id: string): XmlDocument | null;
  /** Names of all variables that some policy of the configuration sets; null where that is not known. */
  readonly variables: ReadonlySet<string> | null;
  /** Findings are added here. */
  readonly diagnostics: Diagnostic[];
}

const SET_VARIABLE = /<set-variable\b[^>]*?\bname\s*=\s*["']([^"'<>]{1,200})["']/g;
const OUTPUT_VARIABLE = /\b[\w-]*variable-name\s*=\s*["']([^"'<>]{1,200})["']/g;

/**
 * The names of variables that documents set, by set-variable or as a policy's output. Null if one of the names is computed or has a named value
 * in it: then any may be set.
 */
export function variablesSet(documents: Iterable<string>): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const text of documents)
    for (const pattern of [SET_VARIABLE, OUTPUT_VARIABLE])
      for (const [, name] of text.matchAll(pattern)) {
        if (name!.includes("@(") || name!.includes("@{") || name!.includes("{{")) return null;
        names.add(name!.trim());
      }
  return names;
}
