import type { TraceDocument, TracedStep } from "@turnpike/core";

/** A step with how deep it stands. */
export interface FlatStep {
  readonly step: TracedStep;
  readonly depth: number;
  /** What it is known by in one trace. */
  readonly key: string;
}

/** The steps of a trace in the order in which they ran, those inside others behind them. */
export function flatSteps(steps: TraceDocument["steps"], depth = 0, above = ""): FlatStep[] {
  return steps.flatMap((step, index) => {
    const key = `${above}${index}`;
    return [{ step, depth, key }, ...flatSteps(step.steps, depth + 1, `${key}.`)];
  });
}

/** What is shown for an outcome beside its colour. */
export const OUTCOME_MARKS: Readonly<Record<TracedStep["outcome"], string>> = {
  continue: "✓",
  stop: "■",
  error: "✗",
  skipped: "–",
};

/** `file:line` of a step; empty for the gateway's own. */
export const placeOf = ({ file, line }: Pick<TracedStep, "file" | "line">): string => (file === null ? "" : `${file}:${line}`);
