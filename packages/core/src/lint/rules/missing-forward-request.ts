import { policies } from "../examples.js";
import { flat } from "../flow/step.js";
import { enders } from "../policy-facts.js";
import { defineRule } from "../rule.js";

/** A backend section that sends nothing. */
export const missingForwardRequest = defineRule({
  id: "missing-forward-request",
  severity: "error",
  summary: "a backend section that neither forwards nor inherits",
  why: "Without forward-request in effect nothing is sent, and callers get an empty 200 (page of forward-request).",
  remedy: "Write `<base />` in the backend section, or `<forward-request />` where there is no outer scope.",
  examples: { bad: policies({ backend: "" }), good: policies({}) },
  pipeline(pipeline, context) {
    const [innermost] = pipeline.documents;
    if (innermost === undefined || innermost.kind !== "policies") return;
    if (pipeline.isComplete && context.project.configuration !== null && pipeline.owner.operations.length === 0) return;
    const items = [...flat(pipeline.items("backend"))];
    if (items.some(({ kind, element }) => kind === "unseen" || SENDERS.has(element.name))) return;
    if (pipeline.items("inbound").some(({ element }) => enders.has(element.name))) return;
    // An outbound section that makes the answer itself needs none of a backend.
    if ([...pipeline.elements("outbound")].some(({ name }) => enders.has(name) || name === "set-body")) return;
    const cutting = pipeline.documents.find((candidate) => candidate.section("backend")?.children("base").length === 0);
    const isAlone = context.project.configuration === null;
    // Alone, only an empty section is sure: what stands in it may answer by means that are not seen.
    if (isAlone && items.length > 0) return;
    if (isAlone && innermost.section("backend") === null) return;
    const document = cutting ?? pipeline.documents.at(-1)!;
    context.element(document.section("backend") ?? document.root, "Nothing in the backend section sends the request.", {
      hint: "Write <base />, or <forward-request />.",
    });
  },
});

const SENDERS = new Set([
  "forward-request",
  "return-response",
  "mock-response",
  "send-request",
  "invoke-dapr-binding",
  "publish-to-dapr",
  "send-one-way-request",
  "send-service-bus-message",
]);
