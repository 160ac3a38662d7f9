import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import type { OperationModel, RepresentationModel } from "../../model/model.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { reasonPhrase } from "../../policy/failure.js";
import { flag, integer, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { mediaType } from "../bodies/content-type.js";
import { sampleOf } from "./schema-sample.js";

/** The policy mock-response. */
export const mockResponse = definePolicy({
  name: "mock-response",
  category: "transformation",
  summary:
    "Ends normal processing and answers with an example, a schema-generated sample, or nothing, as the operation declares.",
  remarks: ["Answers with what the operation declares."],
  readings: [
    "nothing else runs, outbound included",
    "samples from schemas take examples, defaults and enums first",
    "a content type that is not declared gives an empty body of that type",
  ],
  sections: ["inbound", "outbound", "on-error"],
  scopes: allScopes,
  attributes: {
    "status-code": integer({
      default: 200,
      min: 100,
      max: 999,
      notes: "The answer's status, and the declared response that it is taken from.",
    }),
    "content-type": text({
      notes: "The answer's Content-Type, and the representation that it is taken from; by default the first one.",
    }),
    index: integer({
      min: 0,
      notes: "Which example of the representation to use. Only the first one is kept, so that others give the same.",
    }),
    enabled: flag({ undocumented: "works", notes: "false: the policy does nothing." }),
  },
  children: {},
  compile(element) {
    if (element.attributes.enabled?.literal === false) return () => "continue";
    const status = element.attributes["status-code"].literal!;
    const wanted = element.attributes["content-type"]?.literal ?? null;
    return (exchange) => {
      const representation = representationOf(exchange.operation, status, wanted);
      const contentType = wanted ?? representation?.contentType ?? null;
      const body = representation === null ? null : bodyOf(representation, exchange);
      exchange.response.body.replace(null);
      exchange.response = {
        status,
        reason: reasonPhrase(status),
        headers: new Headers(contentType === null ? [] : [["Content-Type", contentType]]),
        body: new MessageBody(Buffer.from(body ?? "")),
      };
      return "stop";
    };
  },
});

function representationOf(
  operation: OperationModel | null,
  status: number,
  contentType: string | null,
): RepresentationModel | null {
  const declared = operation?.responses.find(({ statusCode }) => statusCode === status)?.representations ?? [];
  if (contentType === null) return declared[0] ?? null;
  return declared.find((representation) => mediaType(representation.contentType) === mediaType(contentType)) ?? null;
}

function bodyOf({ example, schema, schemaId }: RepresentationModel, exchange: Exchange): string | null {
  if (example !== null) return example;
  const stored = schemaId === null ? undefined : exchange.configuration.schemas.get(schemaId)?.text;
  const source = stored === undefined ? schema : parsed(stored);
  if (source === null || source === undefined) return null;
  return JSON.stringify(sampleOf(source), null, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
