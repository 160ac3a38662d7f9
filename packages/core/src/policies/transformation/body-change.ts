import { toText } from "@turnpike/expressions";
import { NetArray } from "@turnpike/expressions/values";
import { MessageBody } from "../../http/body.js";
import { type DocumentedError, internalError } from "../../policy/declared-error.js";
import type { BoundElement, PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { child, flag, oneOf, valueChild } from "../../policy/schema.js";
import { withUtf8 } from "../bodies/content-type.js";
import { type Message, toTakeApart } from "../messages.js";
import { type BodyOptions, bodyValue } from "./liquid/body-value.js";
import { contextValue } from "./liquid/context-value.js";
import { InvalidTemplate, parseTemplate, type Template } from "./liquid/template.js";
import { transformationProblems } from "./problems.js";

/** The attributes of set-body, as a policy and as a child of others. */
export const bodyAttributes = {
  template: oneOf(["liquid", "none"], {
    notes: "liquid renders the text as a Liquid template; without it the text is literal or an expression.",
  }),
  "xsi-nil": oneOf(["blank", "null"], {
    default: "blank",
    notes: "What a template sees of XML elements marked nil: the empty text or null.",
  }),
  "parse-date": flag({ default: true, notes: "Whether a template sees texts that look like a date and time as one." }),
  "html-decode-expression": flag({ undocumented: "no-effect", notes: "Taken by API Management." }),
};

/** The children of set-body. */
export const bodyChildren = {
  value: valueChild({
    notes: "The text, in a wrapper that the policy toolkit writes.",
  }),
};

/** set-body as a child of policies that build a message. */
export const bodyChild = child({
  content: "raw",
  expressions: true,
  type: "object",
  attributes: bodyAttributes,
  children: bodyChildren,
  notes: "The body of the message that is built here, as in the policy set-body.",
});

const templateInvalid = internalError(
  "an expression gives a Liquid template that is none",
  null,
  "The Liquid template is not valid: {what}",
);

const templateFailed = internalError(
  "a Liquid template fails, or meets a body of another form than its Content-Type says",
  null,
  "The Liquid template failed: {what}",
);

/** How set-body fails. */
export const bodyErrors: readonly DocumentedError[] = [templateInvalid, templateFailed];

/** Gives a message a new body. */
export type BodyChange = (exchange: Exchange, message: Message) => void | Promise<void>;

type BodyElement = BoundElement<typeof bodyAttributes, typeof bodyChildren>;

/**
 * Compiles a set-body element. Literal text is kept as written, blanks included; markup inside is text. An expression gives text, bytes
 * (`byte[]`) or anything else as its text; null is an empty body. A template that meets a body of the wrong form fails with a 500.
 */
export function compileBodyChange(element: BodyElement, compiler: PolicyCompiler, hasBody = true): BodyChange {
  const { template: kind, "xsi-nil": nil, "parse-date": parseDate } = element.attributes;
  const wrapped = element.children.value[0];
  const value = wrapped === undefined ? element.text : wrapped.text;
  const isMarkup = wrapped === undefined && element.text === null && element.raw.trim() !== "";
  const literal = isMarkup ? element.raw : value === null ? "" : value.literal === undefined ? undefined : toText(value.literal);

  if (kind?.literal === "liquid") {
    const options: BodyOptions = { parseDate: parseDate.literal!, nil: nil.literal! };
    if (literal === undefined)
      return (exchange, message) => render(parse(toText(value!.get(exchange))), options, hasBody, exchange, message);
    const template = loadTemplate(literal, wrapped ?? element, compiler);
    if (template === null) return () => undefined;
    return (exchange, message) => render(template, options, hasBody, exchange, message);
  }
  if (literal !== undefined) {
    const bytes = Buffer.from(literal);
    return (_exchange, message) => setText(message, bytes);
  }
  return (exchange, message) => {
    const result = value!.get(exchange);
    if (result instanceof NetArray && result.items instanceof Uint8Array) setBytes(message, result.items.slice());
    else setText(message, Buffer.from(toText(result)));
  };
}

/** A template of the document, with what is wrong or has no effect in it reported at its place. Null if it is none. */
function loadTemplate(text: string, { placeOf }: Pick<BoundElement, "placeOf">, compiler: PolicyCompiler): Template | null {
  try {
    const template = parseTemplate(text);
    for (const { message, hint, offset } of template.findings)
      compiler.report(transformationProblems.liquidWithoutEffect(message, hint), placeOf(offset));
    return template;
  } catch (error) {
    if (!(error instanceof InvalidTemplate)) throw error;
    compiler.report(transformationProblems.liquidInvalid(error.message, error.hint), placeOf(error.offset));
    return null;
  }
}

/** A template that an expression gives. */
function parse(source: string): Template {
  try {
    return parseTemplate(source);
  } catch (error) {
    throw templateInvalid.error({ what: firstLine(error) }, { cause: error });
  }
}

function render(
  template: Template,
  options: BodyOptions,
  hasBody: boolean,
  exchange: Exchange,
  message: Message,
): void | Promise<void> {
  return toTakeApart(exchange, message.body, (bytes) => {
    let text: string;
    try {
      const body = hasBody ? bodyValue(bytes, message.headers.get("Content-Type"), options) : "";
      const { expressionHost, expressionLimits } = exchange.runtime;
      text = template.render({ body, context: contextValue(exchange) }, expressionHost, expressionLimits);
    } catch (error) {
      throw templateFailed.error({ what: firstLine(error) }, { cause: error });
    }
    setText(message, Buffer.from(text));
  });
}

/** Text is sent as UTF-8 and as it is: what the old body was encoded in no longer holds. */
function setText(message: Message, bytes: Uint8Array): void {
  const contentType = message.headers.get("Content-Type");
  if (contentType !== null && /charset/i.test(contentType)) message.headers.set("Content-Type", withUtf8(contentType));
  message.headers.delete("Content-Encoding");
  setBytes(message, bytes);
}

function setBytes(message: Message, bytes: Uint8Array): void {
  message.body.replace(null);
  message.body = new MessageBody(bytes);
  if (message.headers.has("Content-Length")) message.headers.set("Content-Length", String(bytes.length));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
}
