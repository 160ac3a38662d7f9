import { definePolicy } from "../../policy/define.js";
import { flag, oneOf } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { isJson, isXml } from "../bodies/content-type.js";
import { parseXml } from "../bodies/xml.js";
import { currentMessage } from "../messages.js";
import { conversionError, convertBody } from "./conversion.js";
import { toJsonText } from "./xml-to-json-text.js";

/** The policy xml-to-json. */
export const xmlToJson = definePolicy({
  name: "xml-to-json",
  category: "transformation",
  summary: "Converts an XML body to JSON.",
  remarks: ["Converts an XML body to JSON. The shape of `javascript-friendly` is documented by its name only: experimental."],
  readings: [
    "text beside attributes or elements is `#text` (`text` in the friendly form), a list where it is split",
    "CDATA is text",
    "empty elements are null",
    "comments and processing instructions are left out",
    "xsi:nil is an attribute like others",
    "with always-array-child-elements all elements but the root are lists",
    "document types are refused",
  ],
  sections: ["inbound", "outbound", "on-error"],
  scopes: allScopes,
  attributes: {
    kind: oneOf(["javascript-friendly", "direct"], {
      required: true,
      expressions: true,
      notes: "The form of the JSON: comfortable in JavaScript, or a mirror of the XML.",
    }),
    apply: oneOf(["always", "content-type-xml"], {
      required: true,
      expressions: true,
      notes: "Whether only bodies whose type is XML are converted.",
    }),
    "consider-accept-header": flag({
      default: true,
      expressions: true,
      notes: "true: convert only for callers whose Accept asks for JSON.",
    }),
    "always-array-child-elements": flag({
      default: false,
      expressions: true,
      notes: "true: child elements are lists, even single ones.",
    }),
    "preserve-whitespace-nodes": flag({
      expressions: true,
      undocumented: "works",
      notes: "true: texts of nothing but blanks are kept beside elements; false: they are left out everywhere.",
    }),
    "empty-values": oneOf(["preserve", "as-null"], {
      expressions: true,
      undocumented: "works",
      notes: "preserve: an empty element is the empty text; as-null, as without the attribute: null.",
    }),
    "trim-values": flag({ expressions: true, undocumented: "works", notes: "true: blanks round texts are left out." }),
  },
  children: {},
  errors: [conversionError("XML")],
  compile(element, compiler) {
    const { attributes } = element;
    const message = currentMessage(compiler.section);
    return (exchange) => {
      const options = {
        kind: attributes.kind.get(exchange),
        alwaysArray: attributes["always-array-child-elements"].get(exchange),
        blanks: attributes["preserve-whitespace-nodes"]?.get(exchange) ?? null,
        keepsEmpty: attributes["empty-values"]?.get(exchange) === "preserve",
        trims: attributes["trim-values"]?.get(exchange) ?? false,
      };
      return convertBody(exchange, message(exchange), {
        policy: "xml-to-json",
        from: attributes.apply.get(exchange) === "always" ? null : isXml,
        accepted: attributes["consider-accept-header"].get(exchange) ? isJson : null,
        contentType: "application/json",
        convert: (body) => toJsonText(parseXml(body), options),
      });
    };
  },
});
