import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { type BoundElement, definePolicy } from "../../policy/define.js";
import { child, flag, many, oneOf, text } from "../../policy/schema.js";

const PATH = "/crossdomain.xml";

/** The policy cross-domain. */
export const crossDomain = definePolicy({
  name: "cross-domain",
  category: "cross-domain",
  summary: "Publishes a cross-domain policy file for old Flash and Silverlight clients.",
  remarks: ["Publishes a cross-domain policy file for old Flash and Silverlight clients."],
  readings: [
    "GET /crossdomain.xml is answered with the children as text/x-cross-domain-policy",
    "other requests go on untouched",
    "nothing takes an expression",
  ],
  sections: ["inbound"],
  scopes: ["global"],
  attributes: {},
  children: {
    "cross-domain-policy": child({
      min: 1,
      children: {
        "site-control": child({
          attributes: {
            "permitted-cross-domain-policies": oneOf(["none", "master-only", "by-content-type", "by-ftp-filename", "all"], {
              required: true,
              notes: "Which policy files of the host count.",
            }),
          },
          notes: "From the file format.",
        }),
        "allow-access-from": child({
          max: many,
          attributes: {
            domain: text({ required: true, notes: "A domain; may hold an asterisk." }),
            "to-ports": text({ notes: "Ports." }),
            secure: flag({ default: true, notes: "true: only from https." }),
          },
          notes: "From the file format.",
        }),
        "allow-http-request-headers-from": child({
          max: many,
          attributes: {
            domain: text({ required: true, notes: "A domain; may hold an asterisk." }),
            headers: text({ required: true, notes: "Names of headers; may hold an asterisk." }),
            secure: flag({ default: true, notes: "true: only from https." }),
          },
          notes: "From the file format.",
        }),
      },
      notes: "The content of the file.",
    }),
  },
  compile(element) {
    const root = element.children["cross-domain-policy"][0]!;
    const file = Buffer.from(
      `<?xml version="1.0"?>\n<cross-domain-policy>\n${root.elements.map(line).join("")}</cross-domain-policy>\n`,
    );
    return (exchange) => {
      if (exchange.request.method !== "GET" || exchange.originalUrl.path !== PATH) return "continue";
      exchange.response = {
        status: 200,
        reason: "OK",
        headers: new Headers([["Content-Type", "text/x-cross-domain-policy"]]),
        body: new MessageBody(file),
      };
      return "stop";
    };
  },
});

function line({ name, attributes }: BoundElement): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === null
      ? []
      : [` ${key}="${String(value.literal).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")}"`],
  );
  return `  <${name}${written.join("")} />\n`;
}
