import { definePolicy } from "../../policy/define.js";
import { flag, oneOf, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { isJson, isXml } from "../bodies/content-type.js";
import { parseJson } from "../bodies/json.js";
import { bodyTooLong } from "../bodies/text-body.js";
import { currentMessage } from "../messages.js";
import { conversionError, convertBody } from "./conversion.js";
import { toXmlText } from "./json-to-xml-text.js";

/** The policy json-to-xml. */
export const jsonToXml = definePolicy({
  name: "json-to-xml",
  category: "transformation",
  summary: "Converts a JSON body to XML.",
  remarks: ["Converts a JSON body to XML."],
  readings: [
    "a missing or wildcard Accept does not ask for XML",
    "a list or simple value at the top is put into `Document`",
    "names that XML does not take are written as `_xHHHH_`",
    "dates as ISO 8601 in UTC",
    "booleans as True and False",
    "null as xsi:nil",
    "an empty list as one empty element",
    "a prefix that nobody declares is an error with the separator `:`, and part of the name with any other",
    "the new type is application/xml",
    "charset=utf-8",
  ],
  sections: ["inbound", "outbound", "on-error"],
  scopes: allScopes,
  attributes: {
    apply: oneOf(["always", "content-type-json"], {
      required: true,
      expressions: true,
      notes: "Whether only bodies whose type is JSON are converted.",
    }),
    "consider-accept-header": flag({
      default: true,
      expressions: true,
      notes: "true: convert only for callers whose Accept asks for XML.",
    }),
    "parse-date": flag({ default: true, notes: "true: texts that look like a date and time are written as one." }),
    "namespace-separator": text({ default: "_", expressions: true, notes: "Separates prefix and local name in property names." }),
    "namespace-prefix": text({ expressions: true, notes: "Properties that begin with it declare namespaces; usually xmlns." }),
    "attribute-block-name": text({
      expressions: true,
      notes: "The property whose members become attributes of the element around it.",
    }),
    "attribute-prefix": text({
      undocumented: "no-effect",
      notes: "Taken by API Management; its meaning is known by its name only.",
    }),
    "namespace-block-name": text({
      undocumented: "no-effect",
      notes: "Taken by API Management; its meaning is known by its name only.",
    }),
    "invalid-character-replacement": text({
      undocumented: "no-effect",
      notes: "Taken by API Management; its meaning is known by its name only.",
    }),
    "null-values": text({ undocumented: "no-effect", notes: "Taken by API Management; its meaning is known by its name only." }),
    "trim-values": flag({ undocumented: "works", notes: "true: blanks round texts are left out." }),
    "empty-values": oneOf(["preserve", "as-null"], {
      expressions: true,
      undocumented: "works",
      notes: "as-null: an empty text is written as null is.",
    }),
  },
  children: {},
  errors: [conversionError("JSON"), bodyTooLong],
  compile(element, compiler) {
    const { attributes } = element;
    const message = currentMessage(compiler.section);
    return (exchange) => {
      const options = {
        parseDate: attributes["parse-date"].get(exchange),
        separator: attributes["namespace-separator"].get(exchange),
        namespacePrefix: attributes["namespace-prefix"]?.get(exchange) ?? null,
        attributeBlock: attributes["attribute-block-name"]?.get(exchange) ?? null,
        trimsValues: attributes["trim-values"]?.literal ?? false,
        emptyIsNull: attributes["empty-values"]?.get(exchange) === "as-null",
        longest: exchange.runtime.bodyLimit,
      };
      return convertBody(exchange, message(exchange), {
        policy: "json-to-xml",
        from: attributes.apply.get(exchange) === "always" ? null : isJson,
        accepted: attributes["consider-accept-header"].get(exchange) ? isXml : null,
        contentType: "application/xml; charset=utf-8",
        convert: (body) => toXmlText(parseJson(body), options),
      });
    };
  },
});
