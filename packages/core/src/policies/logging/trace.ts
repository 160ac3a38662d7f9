import { ShownText } from "../../observe/shown-text.js";
import { definePolicy } from "../../policy/define.js";
import { child, many, oneOf, text, valueChild } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { keepEntry } from "../../policy/trace-entries.js";
import { policyProblems } from "../problems.js";
import { textValue } from "../text.js";

const levels = { verbose: "debug", information: "info", error: "error" } as const;

/** Of one text of an entry; what is longer is cut. */
const MOST_CHARACTERS = 32_000;

/** The policy trace. */
export const trace = definePolicy({
  name: "trace",
  category: "logging",
  summary: "Adds a custom entry to request traces, telemetry and resource logs.",
  remarks: [
    "Adds an entry to the request's trace and to the gateway's log. Message and metadata are always evaluated, so that a failing expression fails in tests as it does in production. The message may stand in the element itself, as the reference had it once.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    source: text({ required: true, notes: "Names the origin of the entry." }),
    severity: oneOf(["verbose", "information", "error"], { default: "verbose", notes: "How serious the entry is." }),
  },
  children: {
    message: valueChild({ notes: "The text to log." }),
    metadata: child({
      max: many,
      attributes: {
        name: text({ required: true, expressions: true, notes: "The property's name." }),
        value: text({ required: true, expressions: true, notes: "The property's value." }),
      },
      notes: "A property of the entry.",
    }),
  },
  content: "raw",
  text: { type: "object", expressions: true },
  compile(element, compiler) {
    const source = element.attributes.source.literal!;
    const severity = element.attributes.severity.literal!;
    const [messageElement] = element.children.message;
    if (messageElement === undefined && element.text === null)
      compiler.report(policyProblems.childMissing(element.name, "message"));
    const message = textValue(messageElement === undefined ? element.text : messageElement.text);
    const written = element.children.metadata.map(({ attributes }) => attributes);
    return (exchange) => {
      const said = message.get(exchange) ?? "";
      const properties = written.map(({ name, value }) => [name.get(exchange), value.get(exchange)] as const);
      const data = properties.length === 0 ? said : { message: said, metadata: Object.fromEntries(properties) };
      exchange.observer?.message(source, exchange.section, data, severity);
      const { logger, telemetry } = exchange.runtime;
      const texts = new ShownText(exchange);
      const metadata = Object.fromEntries(properties.map(([name, value]) => [name, texts.text(value, MOST_CHARACTERS)]));
      const fields = { source, requestId: exchange.requestId, metadata };
      const entry = { ...fields, severity, message: texts.text(said, MOST_CHARACTERS) };
      logger[levels[severity]](fields, entry.message);
      keepEntry(exchange, entry);
      telemetry.entry?.(entry);
      return "continue";
    };
  },
});
