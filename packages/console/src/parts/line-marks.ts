import type { ShownDocument } from "@turnpike/adapters/console";
import type { TraceDocument, TracedStep } from "@turnpike/core";
import { ms } from "../text.js";
import { flatSteps } from "./steps.js";

/** What happened at a line of a document. */
export interface LineMark {
  readonly kind: TracedStep["outcome"];
  /** Shown beside the line. */
  readonly values: readonly string[];
  readonly time: string | null;
}

/** The worst of what happened at a line is what it is marked with. */
const RANK: readonly TracedStep["outcome"][] = ["skipped", "continue", "stop", "error"];
const LONGEST_VALUE = 160;

/** Marks of a document's lines, by the numbers that they have in the file. */
export function lineMarks(document: ShownDocument, trace: TraceDocument): Map<number, LineMark> {
  const marks = new Map<number, LineMark>();
  const lines = document.text.split("\n");
  const last = document.line + lines.length - 1;
  const add = (line: number, kind: LineMark["kind"], values: readonly string[], time: string | null): void => {
    if (line < document.line || line > last) return;
    const known = marks.get(line);
    const worst = known === undefined || RANK.indexOf(kind) > RANK.indexOf(known.kind) ? kind : known.kind;
    marks.set(line, {
      kind: worst,
      values: [...new Set([...(known?.values ?? []), ...values])].slice(0, 8),
      time: time ?? known?.time ?? null,
    });
  };
  for (const { step } of flatSteps(trace.steps)) {
    const { file, line, outcome } = step;
    if (file !== document.file || line === null) continue;
    add(line, outcome, lineValues(step), outcome === "skipped" ? null : ms(step.elapsed));
    if (step.steps.length === 0)
      for (let at = line + 1; at <= elementEnd(lines, line - document.line, step.policy) + document.line; at++)
        add(at, outcome, [], null);
    for (const { line: place, value, error } of step.expressions) add(place, outcome, [error ?? short(value)], null);
  }
  return marks;
}

/** What is said beside a step's first line. */
function lineValues({ why, changes, store, calls, outcome }: TracedStep): string[] {
  return [
    ...((outcome === "error" || outcome === "stop") && why !== null ? [why] : []),
    ...changes.map(({ what, name, after }) => `${name ?? what}: ${short(after)}`),
    ...store.flatMap(({ kind, after, limit }) =>
      kind === "counter"
        ? [`${after} of ${limit ?? "no limit"}`]
        : [after === null ? "not in the cache" : `${after} bytes in the cache`],
    ),
    ...calls.map(({ status, error, elapsed }) => `${status ?? error} in ${ms(elapsed)}`),
  ].map((text) => short(text));
}

function short(text: string | null): string {
  if (text === null) return "null";
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}…` : line;
}

/** The index of the line in which an element ends, as people lay documents out: with its end tag, or with `/>` at a line's end. */
function elementEnd(lines: readonly string[], start: number, name: string): number {
  for (let index = start; index < Math.min(lines.length, start + 200); index++) {
    const text = lines[index]!.trimEnd();
    if (text.includes(`</${name}>`)) return index;
    const isNested = index > start && text.trimStart().startsWith("<");
    if (text.endsWith("/>") && !isNested) return index;
  }
  return start;
}
