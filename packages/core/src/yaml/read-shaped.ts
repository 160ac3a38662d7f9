import { type Document, isMap, isScalar, isSeq, LineCounter, type Node } from "yaml";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { ownedBy } from "../diagnostics/owner.js";
import { isUtf16 } from "../diagnostics/utf16.js";
import { checkData } from "./check-data.js";
import { parseBounded, TooDeepError } from "./parse-bounded.js";
import { yamlProblems } from "./problems.js";
import { any, type Shape } from "./shape.js";

/** A file read: plain data, what is wrong with it, and where each part stands. */
export interface ShapedDocument {
  /** Plain JavaScript data; null if the text is not YAML at all. */
  readonly data: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Line and column of the part at a path of keys and indices (of a plain value: of its key), or of the nearest part above it.
   */
  placeOf(path: readonly (string | number)[]): { readonly line: number; readonly column: number };
}

/** Reads YAML (or JSON, which YAML contains) and holds it against a shape. Never throws. */
export function readShaped(source: string, file: string, shape: Shape): ShapedDocument {
  if (isUtf16(source)) {
    const place = { line: 1, column: 1 };
    return { data: null, diagnostics: [{ ...yamlProblems.notUtf8(), file, ...place }], placeOf: () => place };
  }
  const counter = new LineCounter();
  const diagnostics: Diagnostic[] = [];
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  let document: Document.Parsed;
  try {
    document = parseBounded(source, counter);
  } catch (error) {
    if (!(error instanceof TooDeepError)) throw error;
    const place = at(error.offset);
    diagnostics.push({ ...yamlProblems.notYaml(error.message), file, ...place });
    return { data: null, diagnostics, placeOf: () => place };
  }
  for (const error of document.errors) {
    const why = error.message.split("\n")[0]!.replace(/ at line \d+.*$/, "");
    diagnostics.push({ ...yamlProblems.notYaml(why), file, ...at(error.pos[0]) });
  }
  let data: unknown = null;
  try {
    data = document.errors.length === 0 ? document.toJS({ maxAliasCount: 100 }) : null;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    diagnostics.push({ ...yamlProblems.notYaml(why), file, line: 1, column: 1 });
  }
  const offsetOf = (path: readonly (string | number)[], part: "key" | "value" | "start"): number => {
    let node = document.contents as Node | null;
    let offset = node?.range?.[0] ?? 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
        if (pair === undefined) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value as Node | null;
      } else if (isSeq(node)) node = (node.items[Number(step)] as Node | undefined) ?? null;
      else break;
      const isPlain = !isSeq(node) && !isMap(node) && typeof step === "string";
      if (part === "value" || (part === "start" && !isPlain)) offset = node?.range?.[0] ?? offset;
    }
    return offset;
  };
  const problems = diagnostics.length === 0 ? checkData(data, shape, "The file") : [];
  for (const { path, part, problem } of problems)
    diagnostics.push(ownedBy({ ...problem, file, ...at(offsetOf(path, part)) }, path));
  return { data, diagnostics, placeOf: (path) => at(offsetOf(path, "start")) };
}

/** Reads any YAML (or JSON). Never throws. */
export function readYaml(source: string, file: string): ShapedDocument {
  return readShaped(source, file, any);
}
