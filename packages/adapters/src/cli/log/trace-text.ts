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
    ...step.expressions.map((expression) => `${inner}${expression.text} → ${expression.error ?? expression.value ?? "null"}`),
    ...step.changes.map(
      (change) =>
        `${inner}${[change.what, change.name].filter(Boolean).join(" ")}: ${change.before ?? "(none)"} → ${change.after ?? "(none)"}`,
    ),
    ...step.calls.map((call) => `${inner}${call.method} ${call.url} → ${call.status ?? call.error ?? ""} in ${ms(call.elapsed)}`),
    ...step.store.map(
      (access) =>
        `${inner}${access.kind} ${access.key}: ${access.before ?? "(none)"} → ${access.after ?? "(none)"}${access.limit === undefined ? "" : ` of ${access.limit}`}`,
    ),
    ...step.messages.map(
      (message) => `${inner}${message.source}: ${typeof message.data === "string" ? message.data : JSON.stringify(message.data)}`,
    ),
    ...step.steps.flatMap((inside) => stepLines(inside, `${indent}  `)),
  ];
}
