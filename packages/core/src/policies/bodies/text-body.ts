import { isUtf8 } from "node:buffer";
import { MessageBody } from "../../http/body.js";
import { internalError } from "../../policy/declared-error.js";
import type { Exchange } from "../../policy/exchange.js";
import { type Message, withBytes } from "../messages.js";
import { charsetOf, decodeText, withUtf8 } from "./content-type.js";
import { replaceBytes } from "./replace-bytes.js";

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
  return changeBytes(policy, exchange, message, (bytes) => {
    const text = decodeText(bytes, message.headers.get("Content-Type"));
    if (text === null) return false;
    const changed = change(text);
    if (changed !== null && changed !== text) setTextBody(message, changed);
    return true;
  });
}

/**
 * Replaces text all over in a message's body, left to right, under the conditions of {@link changeText}. Throws PolicyError before it makes a body
 * that is longer than what may be buffered.
 * @param from not empty
 */
export function replaceText(
  policy: string,
  exchange: Exchange,
  message: Message,
  from: string,
  to: string,
): "continue" | Promise<"continue"> {
  const replace = (utf8: Uint8Array): Uint8Array | null => {
    // What is no text of its own (half of a surrogate pair) stands nowhere.
    if (/\p{Surrogate}/u.test(from)) return null;
    try {
      return replaceBytes(utf8, Buffer.from(from), Buffer.from(to), exchange.runtime.bodyLimit);
    } catch (error) {
      throw error instanceof RangeError ? bodyTooLong.error({ bodyLimit: exchange.runtime.bodyLimit }) : error;
    }
  };
  return changeBytes(policy, exchange, message, (bytes) => {
    const contentType = message.headers.get("Content-Type");
    const isPlain = ["utf-8", "utf8"].includes(charsetOf(contentType) ?? (hasMark(bytes) ? "" : "utf-8"));
    if (isPlain) {
      if (!isUtf8(bytes)) return false;
      const changed = replace(bytes);
      if (changed !== null) setBytes(message, changed);
      return true;
    }
    const text = decodeText(bytes, contentType);
    if (text === null) return false;
    const changed = replace(Buffer.from(text));
    if (changed !== null) setTextBody(message, Buffer.from(changed).toString());
    return true;
  });
}

/** @param change false for bytes that are no text */
function changeBytes(
  policy: string,
  exchange: Exchange,
  message: Message,
  change: (bytes: Uint8Array) => boolean,
): "continue" | Promise<"continue"> {
  const note = (text: string): "continue" => {
    exchange.observer?.message(policy, exchange.section, text);
    return "continue";
  };
  if (message.body.isNone) return "continue";
  const coding = message.headers.get("Content-Encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity" && coding !== "") return note(`The body is compressed (${coding}) and was left as it is.`);
  return withBytes(exchange, message.body, (bytes): "continue" => {
    if (bytes === null || bytes.length === 0) return "continue";
    return change(bytes) ? "continue" : note("The body is no text in its own encoding and was left as it is.");
  });
}

/** Does a text begin with the mark of UTF-16? */
function hasMark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Replaces a message's body by text, in the encoding that its Content-Type says; where that cannot hold it, in UTF-8. */
export function setTextBody(message: Message, text: string): void {
  const contentType = message.headers.get("Content-Type");
  let bytes = encode(text, charsetOf(contentType) ?? "utf-8");
  if (bytes === null) {
    message.headers.set("Content-Type", withUtf8(contentType!));
    bytes = Buffer.from(text);
  }
  setBytes(message, bytes);
}

function setBytes(message: Message, bytes: Uint8Array): void {
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

/** A body that a policy would make is longer than what may be buffered. */
export const bodyTooLong = internalError(
  "the new body would be longer than may be buffered",
  "RequestEntityTooLarge",
  "The body would be longer than {bodyLimit} bytes.",
);
