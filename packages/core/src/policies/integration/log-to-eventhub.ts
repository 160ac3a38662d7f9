import { ofRequest } from "../../observe/log-failures.js";
import { definePolicy } from "../../policy/define.js";
import { logEvents } from "../../policy/log-events.js";
import { text } from "../../policy/schema.js";
import { allSections } from "../../policy/sections.js";
import { policyProblems } from "../problems.js";
import { textValue } from "../text.js";

/** Longest message, in bytes of UTF-8. */
const MOST_BYTES = 200 * 1024;

const NO_SETTINGS: ReadonlyMap<string, unknown> = new Map();

/** The policy log-to-eventhub. */
export const logToEventhub = definePolicy({
  name: "log-to-eventhub",
  category: "integration",
  summary: "Sends a text message to an event hub through a configured logger.",
  remarks: [
    "Hands a message to a configured logger, which the host's telemetry delivers; nothing is waited for and no failure reaches the caller. A logger that nothing delivers for is named when the configuration is loaded, and what is dropped is counted in the log once a minute.",
  ],
  readings: ["messages are cut at 200 KiB of UTF-8, between characters", "a logger that does not exist fails the load"],
  sections: allSections,
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    "logger-id": text({ required: true, notes: "Name of a configured logger." }),
    "partition-id": text({ notes: "The partition to send to." }),
    "partition-key": text({ expressions: true, notes: "The value by which the partition is chosen." }),
  },
  children: {},
  content: "text",
  text: { type: "object", expressions: true },
  compile(element, compiler) {
    const { "logger-id": loggerId, "partition-id": partitionId, "partition-key": partitionKey } = element.attributes;
    const id = loggerId.literal!;
    const message = textValue(element.text);
    if (partitionId !== null && partitionKey !== null) compiler.report(policyProblems.exclusive("partition-id", "partition-key"));
    compiler.refer("logger", id);
    return (exchange) => {
      const { telemetry, logger } = exchange.runtime;
      const event = {
        loggerId: id,
        message: cut(message.get(exchange) ?? ""),
        partitionId: partitionId?.literal ?? null,
        partitionKey: partitionKey?.get(exchange) ?? null,
        logger: exchange.configuration.loggers.get(id) ?? { id, type: "", properties: NO_SETTINGS },
      };
      try {
        telemetry.event?.(event);
      } catch (error) {
        logger.warn({ ...ofRequest(exchange), err: error, loggerId: id }, logEvents.messageNotSent);
      }
      return "continue";
    };
  },
});

/** Cuts a text to the bytes that it may have, at a character's border. */
function cut(text: string): string {
  if (text.length * 3 <= MOST_BYTES) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= MOST_BYTES) return text;
  let end = MOST_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
