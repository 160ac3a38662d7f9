import { bodyReads } from "../bodies.js";
import { policies } from "../examples.js";
import type { Pipeline } from "../flow/pipeline.js";
import { defineRule } from "../rule.js";

const document = (outbound: string): string =>
  policies({ backend: '<forward-request buffer-response="false" />', outbound: `<base />\n${outbound}` });

/** Whole bodies of answers that come bit by bit. */
export const bodyOnStream = defineRule({
  id: "body-on-stream",
  severity: "warning",
  summary: "a policy or expression that reads whole bodies where answers are event streams",
  why: "Reading the whole body waits for its end: the caller gets no event before the last one, and a stream without end never arrives (page of forward-request; MCP servers).",
  remedy: "Touch headers only, or ask for answers that do not stream.",
  examples: {
    bad: document('<set-body>@(context.Response.Body.As<string>().Replace("assistant", "adviser"))</set-body>'),
    good: document('<set-header name="Cache-Control" exists-action="override">\n  <value>no-cache</value>\n</set-header>'),
  },
  pipeline(pipeline, context) {
    if (!streams(pipeline)) return;
    for (const { element, section, around, state } of pipeline.steps) {
      if (section !== "outbound" && !(section === "backend" && state.answered === "yes")) continue;
      if (around.some(({ name }) => name.startsWith("send-"))) continue;
      if (state.tested.has("context.Response.Headers[content-type]") || looksAtStream(state.conditions)) continue;
      if (WHOLE.has(element.name))
        context.element(element, `<${element.name}> reads the whole answer, which is a stream of events.`);
      for (const code of element.codes())
        for (const { use, of } of bodyReads(code))
          if (of === "response")
            context.report(element.document, code.span(use), "The whole answer is read, which is a stream of events.", {
              hint: "Touch headers only, or ask for an answer that does not stream.",
            });
    }
  },
});

const WHOLE = new Set(["find-and-replace", "json-to-xml", "xml-to-json", "xsl-transform", "validate-content", "jsonp"]);

/** Whoever asks whether the call streams knows what he does. */
function looksAtStream(conditions: readonly string[]): boolean {
  return conditions.some((condition) => /stream/i.test(condition));
}

const STREAM_ASKED = /["']stream["']\s*[\])]?\s*[:,=]\s*true|\[\s*"stream"\s*\]\s*=\s*(?:new\s+JValue\s*\(\s*)?true/;

function streams(pipeline: Pipeline): boolean {
  const type = pipeline.owner.api?.type;
  if (type === "websocket" || type === "mcp" || type === "a2a") return true;
  for (const { element, section, around } of pipeline.steps) {
    if (around.some(({ name }) => name.startsWith("send-"))) continue;
    if (element.name === "forward-request" && element.literal("buffer-response") === "false") return true;
    if (section !== "inbound" || around.some(({ name }) => name === "when" || name === "otherwise")) continue;
    if (element.name === "set-body" && STREAM_ASKED.test(element.text?.text ?? "")) return true;
    if (element.name === "set-header" && /^accept$/i.test(element.literal("name") ?? "")) {
      const values = element.children("value").map(({ text }) => text?.text.trim() ?? "");
      if (values.length > 0 && values.every((value) => value === "text/event-stream")) return true;
    }
  }
  return false;
}
