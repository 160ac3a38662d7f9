import { scalarOrigin } from "../../config/source.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { readShaped } from "../../yaml/read-shaped.js";
import { any } from "../../yaml/shape.js";

/**
 * Says in terms of the test file where a finding about the configuration stands that was made of the file's `policy`, `inherits` and so on.
 * Findings about files of their own stay as they are.
 */
export function inTestFile(finding: Diagnostic, file: string, text: string): Diagnostic {
  const path = sourcePath(finding.file);
  if (path === null) return finding;
  const place = readShaped(text, file, any).placeOf(path);
  const origin = scalarOrigin(text, place);
  // Every line of a block scalar is indented alike; of any other scalar only the first line's place is known.
  const isBlock = origin.line > place.line;
  const column = finding.line === 1 || isBlock ? origin.column + finding.column - 1 : finding.column;
  return { ...finding, file, line: origin.line + finding.line - 1, column };
}

const SOURCES: readonly (readonly [RegExp, (match: RegExpExecArray) => readonly string[]])[] = [
  [/^configuration#policy$/, () => ["inherits", "global"]],
  [/^configuration#workspaces\./, () => ["inherits", "workspace"]],
  [/^configuration#products\..*\.policy$/, () => ["inherits", "product"]],
  [/^configuration#apis\..*\.operations\..*\.policy$/, () => ["operationPolicy"]],
  [/^configuration#apis\..*\.policy$/, () => ["policy"]],
  [/^configuration#fragments\.(.+)$/, (match) => ["fragments", match[1]!]],
  [/^configuration#namedValues\.(.+)$/, (match) => ["namedValues", match[1]!]],
];

function sourcePath(file: string): readonly string[] | null {
  for (const [pattern, path] of SOURCES) {
    const match = pattern.exec(file);
    if (match !== null) return path(match);
  }
  return null;
}
