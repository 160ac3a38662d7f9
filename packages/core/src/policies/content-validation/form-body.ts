import { decodeQuery } from "../../http/query.js";
import { parseValue } from "./parameter-check.js";

/** Most fields of a form. */
const MOST_FIELDS = 1_000;

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

/** Is it the media type of a form? */
export function isForm(mediaType: string): boolean {
  return mediaType === "application/x-www-form-urlencoded" || mediaType === "multipart/form-data";
}

/**
 * A form as an object, its fields as the values that their schemas ask for; fields that are there several times as lists. Throws Error that says why
 * it is none.
 */
export function readForm(bytes: Uint8Array, contentType: string, schema: unknown): Readonly<Record<string, unknown>> {
  const isMultipart = /^\s*multipart\//i.test(contentType);
  const fields = isMultipart ? multipartFields(Buffer.from(bytes).toString("latin1"), contentType) : urlEncodedFields(bytes);
  const byName = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [value]);
    else values.push(value);
  }
  return Object.fromEntries([...byName].map(([name, values]) => [name, fieldValue(values, propertyOf(schema, name))]));
}

function* urlEncodedFields(bytes: Uint8Array): Generator<readonly [string, string]> {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  let count = 0;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    if (++count > MOST_FIELDS) throw new Error(`The form has more than ${MOST_FIELDS} fields.`);
    const equals = pair.indexOf("=");
    yield [decodeQuery(equals < 0 ? pair : pair.slice(0, equals)), equals < 0 ? "" : decodeQuery(pair.slice(equals + 1))];
  }
}

/** Parts of `multipart/form-data` (RFC 7578). Text is kept byte for byte until it is known to be a field's. */
function* multipartFields(text: string, contentType: string): Generator<readonly [string, string]> {
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  if (boundary === null) throw new Error("The Content-Type has no boundary.");
  const delimiters = delimitersIn(text, boundary[1] ?? boundary[2]!);
  const first = delimiters.next();
  if (first.done === true) throw new Error("The body does not begin with the boundary.");
  let count = 0;
  let { after, isLast } = first.value;
  while (!isLast) {
    if (++count > MOST_FIELDS) throw new Error(`The form has more than ${MOST_FIELDS} fields.`);
    const headersEnd = text.indexOf("\r\n\r\n", after - 2);
    const next = delimiters.next();
    if (next.done === true || headersEnd < 0 || next.value.start < headersEnd + 2)
      throw new Error("A part of the form is not closed.");
    const disposition = /^content-disposition:([^\r\n]*)/im.exec(text.slice(after, headersEnd))?.[1] ?? "";
    const name = /;\s*name\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(disposition);
    if (name === null) throw new Error("A part of the form has no name.");
    yield [utf8(name[1] ?? name[2] ?? ""), utf8(text.slice(headersEnd + 4, Math.max(next.value.start, headersEnd + 4)))];
    ({ after, isLast } = next.value);
  }
}

/** A line that parts one part from the next. */
interface Delimiter {
  /** Where the part before it ends. */
  readonly start: number;
  /** Where the part behind it begins. */
  readonly after: number;
  readonly isLast: boolean;
}

/** Lines of nothing but the boundary (RFC 2046, section 5.1.1), up to the last one. */
function* delimitersIn(text: string, boundary: string): Generator<Delimiter> {
  const delimiter = `--${boundary}`;
  const end = /(--)?[ \t]*(?:\r\n|$)/y;
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && !text.startsWith("\r\n", at - 2)) continue;
    end.lastIndex = at + delimiter.length;
    const found = end.exec(text);
    if (found === null) continue;
    const isLast = found[1] !== undefined;
    yield { start: Math.max(at - 2, 0), after: end.lastIndex, isLast };
    if (isLast) return;
  }
}

const utf8 = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8");

function propertyOf(schema: unknown, name: string): unknown {
  const reference = isSchema(schema) ? schema["$ref"] : undefined;
  const definitions = isSchema(schema) ? schema["definitions"] : undefined;
  const target =
    typeof reference === "string" && reference.startsWith("#/definitions/") && isSchema(definitions)
      ? definitions[reference.slice("#/definitions/".length)]
      : schema;
  const properties = isSchema(target) ? target["properties"] : undefined;
  return isSchema(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function fieldValue(values: readonly string[], schema: unknown): unknown {
  const types = typesOf(schema);
  if (types.has("array")) {
    const items = typesOf(isSchema(schema) ? schema["items"] : undefined);
    return values.map((text) => parsed(text, items));
  }
  const all = values.map((text) => parsed(text, types));
  return all.length === 1 ? all[0] : all;
}

function typesOf(schema: unknown): ReadonlySet<string> {
  const type = isSchema(schema) ? schema["type"] : undefined;
  return new Set([type].flat().filter((name): name is string => typeof name === "string"));
}

/** What does not read as the type stays text, which the schema then refuses. */
function parsed(text: string, types: ReadonlySet<string>): unknown {
  try {
    return parseValue(text, types);
  } catch {
    return text;
  }
}
