import { policyError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import { flag, integer, many, text, valueChild } from "../../policy/schema.js";
import { textValue } from "../text.js";

const configured = { status: "`failed-check-httpcode`", toCallerFrom: "failed-check-error-message" } as const;

const headerNotFound = policyError({
  ...configured,
  when: "the header is absent or empty",
  reason: "HeaderNotFound",
  message: "Header {name} was not found in the request. Access denied.",
});

const headerValueNotAllowed = policyError({
  ...configured,
  when: "the value is none of those listed, or one of several",
  reason: "HeaderValueNotAllowed",
  message: "Header {name} value of {value} is not allowed. Access denied.",
});

/** The policy check-header. */
export const checkHeader = definePolicy({
  name: "check-header",
  category: "authentication",
  summary: "Demands that a request header is present and, optionally, that it has one of a list of values.",
  remarks: ["Demands a request header."],
  readings: [
    "LastError has the documented sentence, the body the configured message",
    "a header that is there more than once fails where values are listed, and a line with commas is compared whole",
    "blanks around values do not count",
    "of a long value the error repeats the beginning",
  ],
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
    value: valueChild({ max: many, notes: "One value that is allowed." }),
  },
  errors: [headerNotFound, headerValueNotAllowed],
  compile(element) {
    const {
      name,
      "failed-check-httpcode": status,
      "failed-check-error-message": message,
      "ignore-case": ignoresCase,
    } = element.attributes;
    const values = element.children.value.map((allowed) => textValue(allowed.text));
    return (exchange) => {
      const header = name.get(exchange).trim();
      const lines = exchange.request.headers.getAll(header);
      const value = lines.join(",").trim();
      const answer = (): { status: number; toCaller?: string } => ({
        status: status.get(exchange),
        ...(message === null ? {} : { toCaller: message.get(exchange) }),
      });
      if (value === "") throw headerNotFound.error({ name: header }, answer());
      if (values.length === 0) return "continue";
      const plain = ignoresCase.get(exchange) ? (text: string) => text.toLowerCase() : (text: string) => text;
      if (lines.length > 1 || !values.some((allowed) => plain((allowed.get(exchange) ?? "").trim()) === plain(value)))
        throw headerValueNotAllowed.error({ name: header, value: shortened(value) }, answer());
      return "continue";
    };
  },
});

/** Most characters of a header's value that the error repeats. */
const MOST_LENGTH = 256;

function shortened(value: string): string {
  return value.length <= MOST_LENGTH ? value : `${value.slice(0, MOST_LENGTH)}…`;
}
