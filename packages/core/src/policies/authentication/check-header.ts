import { type DocumentedError, definePolicy } from "../../policy/define.js";
import { PolicyError } from "../../policy/error.js";
import { child, flag, integer, many, text } from "../../policy/schema.js";
import { twoTexts } from "../failures.js";
import { textValue } from "../text.js";

function headerError(when: string, reason: string, message: string): DocumentedError {
  return { when, status: "`failed-check-httpcode`", reason, message: twoTexts("`failed-check-error-message`.", message) };
}

/**
 * Demands a request header. Open in the reference, read here as: LastError has the documented sentence, the body the configured message; a
 * header that is there more than once fails where values are listed, and a line with commas is compared whole; blanks around values do not
 * count; of a long value the error repeats the beginning.
 */
export const checkHeader = definePolicy({
  name: "check-header",
  category: "authentication",
  summary: "Demands that a request header is present and, optionally, that it has one of a list of values.",
  sections: ["inbound"],
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    name: text({ required: true, expressions: true, notes: "The header to look at." }),
    "failed-check-httpcode": integer({
      required: true,
      expressions: true,
      min: 100,
      max: 999,
      notes: "The status when the check fails.",
    }),
    "failed-check-error-message": text({
      required: true,
      empty: "allowed",
      missing: "warning",
      expressions: true,
      notes: "The message for the caller when the check fails.",
    }),
    "ignore-case": flag({
      required: true,
      missing: "warning",
      default: false,
      expressions: true,
      notes: "true: values compare without regard to case.",
    }),
  },
  children: {
    value: child({ max: many, content: "text", expressions: true, type: "object", notes: "One value that is allowed." }),
  },
  errors: [
    headerError("the header is absent or empty", "HeaderNotFound", "Header {name} was not found in the request. Access denied."),
    headerError(
      "the value is none of those listed, or one of several",
      "HeaderValueNotAllowed",
      "Header {name} value of {value} is not allowed. Access denied.",
    ),
  ],
  compile(element) {
    const {
      name,
      "failed-check-httpcode": status,
      "failed-check-error-message": message,
      "ignore-case": ignoresCase,
    } = element.attributes;
    const values = element.children.value.map((one) => textValue(one.text));
    return (exchange) => {
      const header = name.get(exchange).trim();
      const lines = exchange.request.headers.getAll(header);
      const value = lines.join(",").trim();
      const refuse = (reason: string, text: string): PolicyError =>
        new PolicyError({
          reason,
          message: text,
          status: status.get(exchange),
          ...(message === null ? {} : { bodyMessage: message.get(exchange) }),
        });
      if (value === "") throw refuse("HeaderNotFound", `Header ${header} was not found in the request. Access denied.`);
      if (values.length === 0) return "continue";
      const plain = ignoresCase.get(exchange) ? (text: string) => text.toLowerCase() : (text: string) => text;
      if (lines.length > 1 || !values.some((one) => plain((one.get(exchange) ?? "").trim()) === plain(value)))
        throw refuse("HeaderValueNotAllowed", `Header ${header} value of ${shortened(value)} is not allowed. Access denied.`);
      return "continue";
    };
  },
});

/** Most characters of a header's value that the error repeats. */
const MOST_LENGTH = 256;

function shortened(value: string): string {
  return value.length <= MOST_LENGTH ? value : `${value.slice(0, MOST_LENGTH)}…`;
}
