import type { TraceDocument, TracedStep } from "@turnpike/core";
import type { Output } from "../command.js";
import { paint } from "../diagnostics.js";

const ms = (time: number): string => `${Math.round(time * 10) / 10} ms`;

/** A trace as people read it: who answered and why on top, then each step with what it saw and changed. */
export function traceText(trace: TraceDocument, { stdout }: Pick<Output, "stdout">): string {
  const { request, answer, timing, error } = trace;
  const { by } = answer;
  const place = by.file === null ? "" : ` at ${by.file}:${by.line}:${by.column}`;
  const who = by.policy === null ? by.layer : `${by.layer}, ${by.policy}${place}`;
  const colour = answer.status >= 500 ? "red" : answer.status >= 400 ? "yellow" : "green";
  const lines = [
    `${request.method} ${request.url}`,
    `${paint(colour, `${answer.status} ${answer.reason}`, stdout)} by ${who}`,
    `${ms(timing.total)}: gateway ${ms(timing.gateway)}, backend ${ms(timing.backend)}, cache ${ms(timing.cache)}, store ${ms(timing.store)}`,
  ];
  if (error !== null) lines.push(`${error.source} ${error.reason ?? ""}: ${error.message}`);
  let section = "";
  for (const step of trace.steps) {
    if (step.section !== section) lines.push("", paint("bold", (section = step.section), stdout));
    lines.push(...stepLines(step, "  "));
  }
  if (trace.dropped > 0) lines.push("", `${trace.dropped} further entries were not kept.`);
  return lines.join("\n");
}

const MARKS = { continue: "·", stop: "■", error: "✗", skipped: "-" } as const;

function stepLines(step: TracedStep, indent: string): string[] {
  const place = step.file === null ? "" : `  ${step.file}:${step.line}`;
  const time = step.outcome === "skipped" ? "" : `  ${ms(step.elapsed)}`;
  const inner = `${indent}    `;
  return [
    `${indent}${MARKS[step.outcome]} ${step.policy}${place}${time}`,
    ...(step.why === null ? [] : [`${inner}${step.why}`]),
    ...step.expressions.map((one) => `${inner}${one.text} → ${one.error ?? one.value ?? "null"}`),
    ...step.changes.map(
      (one) => `${inner}${[one.what, one.name].filter(Boolean).join(" ")}: ${one.before ?? "(none)"} → ${one.after ?? "(none)"}`,
    ),
    ...step.calls.map((one) => `${inner}${one.method} ${one.url} → ${one.status ?? one.error ?? ""} in ${ms(one.elapsed)}`),
    ...step.store.map(
      (one) =>
        `${inner}${one.kind} ${one.key}: ${one.before ?? "(none)"} → ${one.after ?? "(none)"}${one.limit === undefined ? "" : ` of ${one.limit}`}`,
    ),
    ...step.messages.map((one) => `${inner}${one.source}: ${typeof one.data === "string" ? one.data : JSON.stringify(one.data)}`),
    ...step.steps.flatMap((one) => stepLines(one, `${indent}  `)),
  ];
}
