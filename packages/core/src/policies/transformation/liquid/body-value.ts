import { jsonDate } from "@turnpike/expressions/values";
import { decodeText, isJson, isXml, mediaType } from "../../bodies/content-type.js";
import { JsonNumber, type JsonValue, parseJson } from "../../bodies/json.js";
import { parseXml } from "../../bodies/xml.js";
import { jsonNumber } from "./numbers.js";
import { Hash } from "./values.js";
import { documentValue } from "./xml-value.js";

/** What set-body is told of how templates read bodies. */
export interface BodyOptions {
  /** Texts of a JSON body that Json.NET reads as date and time become one. */
  readonly parseDate: boolean;
  /** What elements marked xsi:nil are: the empty text or null. */
  readonly nil: "blank" | "null";
}

/**
 * A message's body as templates see it under `body`: JSON by member names, XML by local element names without case from the root's on, anything
 * else as text. Throws SyntaxError if the body is not what its type says.
 */
export function bodyValue(bytes: Uint8Array | null, contentType: string | null, options: BodyOptions): unknown {
  if (bytes === null || bytes.length === 0) return "";
  const text = decodeText(bytes, contentType);
  if (text === null) throw new SyntaxError("The body is not text in the encoding that its Content-Type says.");
  const type = mediaType(contentType);
  if (isJson(type)) return fromJson(parseJson(text), options);
  return isXml(type) ? documentValue(parseXml(text).root, options.nil) : text;
}

function fromJson(value: JsonValue, options: BodyOptions): unknown {
  if (typeof value === "string") return (options.parseDate ? dateOf(value) : null) ?? value;
  if (value instanceof JsonNumber) return jsonNumber(value.text);
  if (Array.isArray(value)) return value.map((item) => fromJson(item, options));
  if (!(value instanceof Map)) return value;
  const members = new Map<string, unknown>();
  for (const [name, member] of value) members.set(name, fromJson(member, options));
  return new Hash(members);
}

const WITHOUT_SECONDS = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:?\d\d)?$/;

/** As Json.NET reads dates; and times without seconds, which the policy's page lists. */
function dateOf(text: string): unknown {
  const match = text.length < 24 ? WITHOUT_SECONDS.exec(text) : null;
  return jsonDate(match === null ? text : `${match[1]}:00${match[2] ?? ""}`);
}
