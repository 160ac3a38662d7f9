import { bodyReads } from "../bodies.js";
import type { LintCode } from "../code.js";
import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import type { Pipeline } from "../flow/pipeline.js";
import type { FlowStep } from "../flow/step.js";
import { enders } from "../policy-facts.js";
import { defineRule } from "../rule.js";
import type { Span } from "../span.js";

const kind = (argument: string): string =>
  policies({
    inbound: `<base />\n<set-variable name="kind" value="@((string)context.Request.Body.As<JObject>(${argument})["kind"])" />`,
  });

/** A body that is gone when it is needed. */
export const bodyConsumed = defineRule({
  id: "body-consumed",
  severity: "warning",
  summary: "a body read without `preserveContent: true` and needed afterwards: forwarded, answered, or read again",
  why: "`As<T>()` uses the body up: the backend or the caller gets none, and a second read finds null (page of set-body, policy expressions).",
  remedy: "Write `As<T>(preserveContent: true)`, or set the body anew behind it.",
  examples: { bad: kind(""), good: kind("preserveContent: true") },
  pipeline(pipeline, context) {
    const { operations } = pipeline.owner;
    const isBodiless = operations.length > 0 && operations.every(({ method }) => method === "GET" || method === "HEAD");
    const reads = allReads(pipeline);
    reads.forEach((read, index) => {
      const { of, step, code, span, preserves } = read;
      if (preserves || (step.element.document.kind !== "policies" && of !== "request")) return;
      if (of === "request" && isBodiless) return;
      const again = reads
        .slice(index + 1)
        .find((later) => later.of === of && later.step.section === step.section && mayFollow(read, later));
      const isReplaced = isBodySet(pipeline, step, of);
      const isForwarded = (of === "request" && step.section === "inbound") || (of === "response" && step.section === "outbound");
      const isNeeded = isForwarded && !isReplaced && !isAnswered(step, pipeline);
      const isReadAgain = again !== undefined && !isReplaced && (again.code !== code || again.span.start !== span.start);
      if (!isNeeded && !isReadAgain) return;
      const who = of === "request" ? "the backend" : "the caller";
      context.report(
        step.element.document,
        span,
        isReadAgain ? "The body is used up here, and read again below." : `The body is used up here: ${who} gets none.`,
        {
          hint: "Write preserveContent: true.",
          related: isReadAgain ? [again.step.element.document.source.place(again.span.start)] : [],
        },
      );
    });
  },
});

interface Read {
  readonly of: string;
  readonly step: FlowStep;
  readonly code: LintCode;
  readonly span: Span;
  readonly preserves: boolean;
}

function allReads(pipeline: Pipeline): readonly Read[] {
  return pipeline.steps.flatMap((step) =>
    [...step.element.codes()].flatMap((code) =>
      bodyReads(code).map(({ of, use, preserves }) => ({ of, step, code, span: code.span(use), preserves })),
    ),
  );
}

/** Branches of one choose exclude each other; two reads in one expression may, too. */
function mayFollow(first: Read, second: Read): boolean {
  if (first.code === second.code) return !/\?|\bif\b|catch|switch/.test(first.code.text);
  const branches = (step: FlowStep): readonly LintElement[] =>
    [step.element, ...step.around].filter(({ name }) => name === "when" || name === "otherwise");
  for (const branch of branches(first.step))
    for (const other of branches(second.step)) if (branch !== other && branch.parent === other.parent) return false;
  return !first.step.around.some(({ name }) => enders.has(name));
}

/** Is the body set by the element itself, or behind it on the same way? */
function isBodySet(pipeline: Pipeline, { element, around, section }: FlowStep, of: string): boolean {
  if (of !== "request" && of !== "response") return false;
  if (isBodySetter(element) || around.some(isBodySetter)) return true;
  const steps = pipeline.steps.filter((step) => step.section === section || (of === "request" && step.section === "backend"));
  const from = steps.findIndex((step) => step.element === element);
  return steps.slice(from + 1).some((later) => {
    if (!isBodySetter(later.element) || later.around.some((outer) => enders.has(outer.name) || outer.name.startsWith("send-")))
      return false;
    // In a branch of its own the body is set sometimes: that may fit the reads.
    return true;
  });
}

function isBodySetter({ name }: LintElement): boolean {
  return (
    name === "set-body" ||
    name === "json-to-xml" ||
    name === "xml-to-json" ||
    name === "find-and-replace" ||
    name === "xsl-transform"
  );
}

/** Does the pipeline answer by itself behind the step, so that nobody needs the body? */
function isAnswered({ around, element, section }: FlowStep, pipeline: Pipeline): boolean {
  if (around.some(({ name }) => enders.has(name))) return true;
  const steps = pipeline.steps.filter((step) => step.section === section);
  const from = steps.findIndex((step) => step.element === element);
  return steps
    .slice(from + 1)
    .some((later) => enders.has(later.element.name) && later.around.every((outer) => around.includes(outer)));
}
