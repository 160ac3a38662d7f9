import type { Problem } from "../../diagnostics/problem.js";
import { MessageBody } from "../../http/body.js";
import { internalError } from "../../policy/declared-error.js";
import { type BoundElement, definePolicy } from "../../policy/define.js";
import { child, many, text, valueChild } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { decodeText, withUtf8 } from "../bodies/content-type.js";
import { currentMessage, toTakeApart } from "../messages.js";
import { policyProblems } from "../problems.js";
import { type TextValue, textValue } from "../text.js";
import { transformationProblems } from "./problems.js";
import { compileStylesheet, type Stylesheet } from "./xslt/stylesheet.js";
import { TransformLimitError, transform } from "./xslt/transform.js";

/** Nodes that one transformation may look at, and instructions that it may run: about a second's worth. */
const MOST_STEPS = 3_000_000;
/** Templates inside of one another. */
const MOST_DEPTH = 500;

const transformationFailed = internalError(
  "the body is not well-formed XML, or the stylesheet cannot be run over it",
  "XslTransformFailure",
  "{what}",
);

const transformationTooLong = internalError(
  "the transformation takes more steps, or templates inside of one another, than it may",
  "XslTransformLimit",
  "{what}",
);

const stylesheetAttributes = {
  version: text({ required: true, notes: "1.0." }),
  "xmlns:xsl": text({ required: true, notes: "http://www.w3.org/1999/XSL/Transform." }),
  id: text({ notes: "Names the stylesheet." }),
  "exclude-result-prefixes": text({ notes: "Prefixes of namespaces that results do without." }),
  "extension-element-prefixes": text({ notes: "Refused: there are no extension elements." }),
};

/** The policy xsl-transform. */
export const xslTransform = definePolicy({
  name: "xsl-transform",
  category: "transformation",
  summary: "Runs an XSLT 1.0 stylesheet over an XML body.",
  remarks: [
    "The request's body (inbound) or the response's (outbound) is read as XML, and what the stylesheet makes of it takes its place. The stylesheet is compiled when the document is loaded. It reads nothing but the body and its parameters: `document()`, xsl:include, xsl:import, scripts, extension elements and document types are refused; `node-set()` of msxsl and EXSLT is the one function that is not XSLT's own.",
  ],
  readings: [
    "expressions are evaluated in parameters, not in the stylesheet",
    "Content-Type becomes xsl:output's media-type where one is given, and stays otherwise; its charset becomes utf-8",
    "the result is always UTF-8",
    "an empty body stays as it is",
    "xsl:message is passed over, unless it ends the transformation, which is an error",
  ],
  sections: ["inbound", "outbound"],
  scopes: allScopes,
  attributes: {},
  children: {
    parameter: valueChild({
      max: many,
      attributes: {
        name: text({ required: true, missing: "warning", notes: "Name of the stylesheet's xsl:param." }),
        "parameter-name": text({ notes: "Read as name." }),
      },
      notes: "A value for the stylesheet, as a text.",
    }),
    "xsl:stylesheet": child({ content: "raw", attributes: stylesheetAttributes, notes: "The stylesheet." }),
    "xsl:transform": child({ content: "raw", attributes: stylesheetAttributes, notes: "The same by its other name." }),
  },
  content: "raw",
  errors: [transformationFailed, transformationTooLong],
  compile(element, compiler) {
    const sheet = compileSheet(element, (problem) => compiler.report(problem));
    const parameters = element.children.parameter.flatMap((parameter): (readonly [string, TextValue])[] => {
      const name = parameter.attributes.name?.literal ?? parameter.attributes["parameter-name"]?.literal;
      if (name !== undefined) return [[name, textValue(parameter.text)]];
      compiler.report(policyProblems.attributeMissing(parameter.name, "name"), parameter.place);
      return [];
    });
    const message = currentMessage(compiler.section);
    return (exchange) => {
      const current = message(exchange);
      return toTakeApart(exchange, current.body, (bytes): "continue" => {
        if (bytes === null || bytes.length === 0) return "continue";
        const { headers } = current;
        const contentType = headers.get("Content-Type");
        const values = new Map(parameters.map(([name, value]) => [name, value.get(exchange) ?? ""]));
        const result = Buffer.from(run(sheet!, decodeText(bytes, contentType), values, exchange.runtime.bodyLimit));
        current.body = new MessageBody(result);
        const mediaType = sheet!.output.mediaType;
        if (mediaType !== null) headers.set("Content-Type", `${mediaType}; charset=utf-8`);
        else if (contentType !== null) headers.set("Content-Type", withUtf8(contentType));
        headers.delete("Content-Encoding");
        if (headers.has("Content-Length")) headers.set("Content-Length", String(result.length));
        return "continue";
      });
    };
  },
});

function compileSheet(element: Pick<BoundElement, "raw">, report: (problem: Problem) => void): Stylesheet | null {
  const start = element.raw.search(/<xsl:(?:stylesheet|transform)[\s>]/);
  const end = element.raw.lastIndexOf("</xsl:");
  if (start < 0 || end < start) {
    report(transformationProblems.stylesheetMissing());
    return null;
  }
  try {
    return compileStylesheet(element.raw.slice(start, element.raw.indexOf(">", end) + 1));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(transformationProblems.stylesheetInvalid(error.message));
    return null;
  }
}

function run(sheet: Stylesheet, xml: string | null, parameters: ReadonlyMap<string, string>, longest: number): string {
  try {
    if (xml === null) throw new SyntaxError("The body is no text in its own encoding.");
    return transform(sheet, xml, parameters, { steps: MOST_STEPS, depth: MOST_DEPTH, characters: 4 * longest });
  } catch (error) {
    if (error instanceof TransformLimitError) throw transformationTooLong.error({ what: error.message }, { cause: error });
    // What the platform's own stack ends, patterns and fragments of deep documents included.
    if (error instanceof RangeError)
      throw transformationTooLong.error({ what: "The transformation is nested too deep." }, { cause: error });
    if (error instanceof SyntaxError) throw transformationFailed.error({ what: error.message }, { cause: error });
    throw error;
  }
}
