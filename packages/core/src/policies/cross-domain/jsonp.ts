import { MessageBody } from "../../http/body.js";
import { policyError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import { text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { charsetOf, isJson, mediaType } from "../bodies/content-type.js";
import { withBytes } from "../messages.js";

const IDENTIFIER = "[$_\\p{ID_Start}][$_\\u200c\\u200d\\p{ID_Continue}]*";
const CALLBACK = new RegExp(`^${IDENTIFIER}(?:\\.${IDENTIFIER})*$`, "u");
const MOST_LENGTH = 256;

const callbackInvalid = policyError({
  when: "the callback is no name, or longer than 256 characters",
  status: 400,
  reason: "CallbackParameterInvalid",
  message: "Value of callback parameter {callback-parameter-name} is not a valid JavaScript identifier.",
});

/** The policy jsonp. */
export const jsonp = definePolicy({
  name: "jsonp",
  category: "cross-domain",
  summary: "Wraps a JSON response in a call to a function the client names, for script-tag requests.",
  remarks: ["Wraps a JSON response in a call of the function that the client names."],
  readings: [
    "the error's status is 400",
    "the JSON stands without quotes",
    "the type becomes application/javascript, the charset stays",
    "responses that are not JSON, or compressed, are left alone",
  ],
  sections: ["outbound"],
  scopes: allScopes,
  attributes: {
    "callback-parameter-name": text({ required: true, expressions: true, notes: "The query parameter that names the function." }),
  },
  children: {},
  errors: [callbackInvalid],
  compile(element) {
    const parameter = element.attributes["callback-parameter-name"];
    return (exchange) => {
      const name = parameter.get(exchange);
      const callback = exchange.originalUrl.query.get(name);
      if (callback === null) return "continue";
      if (callback.length > MOST_LENGTH || !CALLBACK.test(callback))
        throw callbackInvalid.error({ "callback-parameter-name": name });
      const { response } = exchange;
      const contentType = response.headers.get("Content-Type");
      if (!isJson(mediaType(contentType)) || response.headers.has("Content-Encoding")) return "continue";
      return withBytes(exchange, response.body, (bytes) => {
        const wrapped = Buffer.concat([Buffer.from(`${callback}(`), bytes ?? Buffer.alloc(0), Buffer.from(");")]);
        response.body = new MessageBody(wrapped);
        const charset = charsetOf(contentType);
        response.headers.set("Content-Type", `application/javascript${charset === null ? "" : `; charset=${charset}`}`);
        if (response.headers.has("Content-Length")) response.headers.set("Content-Length", String(wrapped.length));
        return "continue" as const;
      });
    };
  },
});
