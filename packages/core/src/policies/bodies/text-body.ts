import { MessageBody } from "../../http/body.js";
import type { Exchange } from "../../policy/exchange.js";
import { internalFailure } from "../failures.js";
import { type Message, withBytes } from "../messages.js";
import { charsetOf, decodeText, withUtf8 } from "./content-type.js";

/**
 * Rewrites a message's body as text, in its own encoding. Nothing happens to a message without body, to a compressed one, and to bytes that are
 * no text in the encoding that they claim: the trace says so.
 * @param change the new text; null leaves the body as it is
 */
export function changeText(
  policy: string,
  exchange: Exchange,
  message: Message,
  change: (text: string) => string | null,
): "continue" | Promise<"continue"> {
  const note = (text: string): "continue" => {
    exchange.trace?.message(policy, exchange.section, text);
    return "continue";
  };
  if (message.body.isNone) return "continue";
  const coding = message.headers.get("Content-Encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity" && coding !== "") return note(`The body is compressed (${coding}) and was left as it is.`);
  return withBytes(exchange, message.body, (bytes): "continue" => {
    if (bytes === null || bytes.length === 0) return "continue";
    const contentType = message.headers.get("Content-Type");
    const text = decodeText(bytes, contentType);
    if (text === null) return note("The body is no text in its own encoding and was left as it is.");
    const changed = change(text);
    if (changed === null || changed === text) return "continue";
    setTextBody(message, changed);
    return "continue";
  });
}

/** Replaces a message's body by text, in the encoding that its Content-Type says; where that cannot hold it, in UTF-8. */
export function setTextBody(message: Message, text: string): void {
  const contentType = message.headers.get("Content-Type");
  let bytes = encode(text, charsetOf(contentType) ?? "utf-8");
  if (bytes === null) {
    message.headers.set("Content-Type", withUtf8(contentType!));
    bytes = Buffer.from(text);
  }
  message.body = new MessageBody(bytes);
  if (message.headers.has("Content-Length")) message.headers.set("Content-Length", String(bytes.length));
}

function encode(text: string, charset: string): Uint8Array | null {
  switch (charset) {
    case "utf-8":
    case "utf8":
      return Buffer.from(text);
    case "utf-16":
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    case "us-ascii":
    case "ascii":
    case "iso-8859-1":
    case "latin1":
    case "windows-1252":
      // The characters that these share; those of windows-1252 between 0x80 and 0x9f would need a table.
      return /^[\0-\x7f\xa0-\xff]*$/.test(text) ? Buffer.from(text, "latin1") : null;
    default:
      return null;
  }
}

/** Replaces text all over, left to right. Throws PolicyError before it makes a text longer than what may be buffered. */
export function replaceAll(exchange: Exchange, text: string, from: string, to: string): string {
  const parts = text.split(from);
  const length = text.length + (parts.length - 1) * (to.length - from.length);
  if (length > exchange.runtime.bodyLimit)
    throw internalFailure("RequestEntityTooLarge", `The body would be longer than ${exchange.runtime.bodyLimit} bytes.`);
  return parts.join(to);
}
