import { MessageBody } from "../../http/body.js";
import { type DocumentedError, internalError } from "../../policy/declared-error.js";
import type { Exchange } from "../../policy/exchange.js";
import { decodeText, mediaType } from "../bodies/content-type.js";
import { bodyTooLong } from "../bodies/text-body.js";
import { type Message, toTakeApart } from "../messages.js";
import { XmlTooLongError } from "./json-to-xml-text.js";

/** When a conversion between JSON and XML is wanted, and what it is. */
export interface Conversion {
  readonly policy: string;
  /** The body is converted only if its media type is of this kind; null: always. */
  readonly from: ((mediaType: string) => boolean) | null;
  /** The body is converted only if the caller's Accept names a type of this kind; null: always. */
  readonly accepted: ((mediaType: string) => boolean) | null;
  readonly contentType: string;
  /** Throws SyntaxError for a body that is not what it should be. */
  convert(text: string): string;
}

const conversionFailed = internalError("a body to convert that is not well-formed", "BodyConversionFailure", "{what}");

/** How a conversion fails. @param language what the body is not */
export const conversionError = (language: string): DocumentedError => ({
  ...conversionFailed,
  when: `a body to convert that is not well-formed ${language}`,
});

/** Converts a message's body if that is wanted. A body that cannot be read is a 500. */
export function convertBody(exchange: Exchange, message: Message, conversion: Conversion): "continue" | Promise<"continue"> {
  const contentType = message.headers.get("Content-Type");
  if (conversion.from !== null && !conversion.from(mediaType(contentType))) return "continue";
  if (conversion.accepted !== null && !accepts(exchange, conversion.accepted)) return "continue";
  return toTakeApart(exchange, message.body, (bytes): "continue" => {
    if (bytes === null || bytes.length === 0) return "continue";
    let converted: string;
    try {
      const text = decodeText(bytes, contentType);
      if (text === null) throw new SyntaxError("The body is no text in its own encoding.");
      converted = conversion.convert(text);
    } catch (error) {
      if (error instanceof XmlTooLongError) throw bodyTooLong.error({ bodyLimit: exchange.runtime.bodyLimit });
      if (!(error instanceof SyntaxError)) throw error;
      throw conversionFailed.error({ what: error.message }, { cause: error });
    }
    const result = Buffer.from(converted);
    message.body = new MessageBody(result);
    message.headers.set("Content-Type", conversion.contentType);
    message.headers.delete("Content-Encoding");
    if (message.headers.has("Content-Length")) message.headers.set("Content-Length", String(result.length));
    return "continue";
  });
}

/** Does the caller ask for such a type? Nothing said, or anything at all, does not ask for it. */
function accepts(exchange: Exchange, isWanted: (mediaType: string) => boolean): boolean {
  return exchange.request.headers
    .getAll("Accept")
    .flatMap((line) => line.split(","))
    .some((range) => isWanted(mediaType(range)) && !/;\s*q\s*=\s*0(?:\.0*)?\s*(?:;|$)/i.test(range));
}
