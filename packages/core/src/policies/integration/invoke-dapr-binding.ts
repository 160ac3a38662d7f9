import { definePolicy } from "../../policy/define.js";
import { child, many, text, valueChild } from "../../policy/schema.js";
import { currentMessage } from "../messages.js";
import { textValue } from "../text.js";
import { daprAttributes, daprErrors, postToDapr } from "./dapr.js";
import { writtenContent } from "./written-content.js";

/** The policy invoke-dapr-binding. */
export const invokeDaprBinding = definePolicy({
  name: "invoke-dapr-binding",
  category: "integration",
  summary: "Triggers a Dapr output binding through the sidecar.",
  remarks: [
    "Posts an object of `data`, `metadata` and `operation`, as far as they are there, to `/v1.0/bindings/{name}` of the sidecar at `deployment.daprUrl`, `http://localhost:3500` by default, and waits for its answer.",
  ],
  readings: ["data that is JSON is sent as it is, any other as a text", "every status from 300 is an error"],
  sections: ["inbound", "outbound", "on-error"],
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    name: text({ required: true, expressions: true, notes: "Name of the binding, as Dapr is configured." }),
    operation: text({ notes: "The binding's operation." }),
    ...daprAttributes,
  },
  children: {
    metadata: child({
      expressions: true,
      children: {
        item: valueChild({
          max: many,
          attributes: { key: text({ required: true, notes: "The key." }) },
          notes: "A value of the metadata.",
        }),
      },
      notes: "Keys and values for the binding.",
    }),
    data: child({ content: "raw", expressions: true, type: "object", notes: "The content of the message." }),
  },
  errors: daprErrors,
  compile(element, compiler) {
    const { name, operation, template } = element.attributes;
    const [data] = element.children.data;
    const content =
      data === undefined ? null : writtenContent(data, compiler, currentMessage(compiler.section), template !== null);
    const metadata = (element.children.metadata[0]?.children.item ?? []).map(
      (item) => [item.attributes.key.literal!, textValue(item.text)] as const,
    );
    return async (exchange) => {
      const message = {
        ...(content === null ? {} : { data: dataOf(await content(exchange)) }),
        ...(metadata.length === 0
          ? {}
          : { metadata: Object.fromEntries(metadata.map(([key, value]) => [key, value.get(exchange) ?? ""])) }),
        ...(operation === null ? {} : { operation: operation.literal }),
      };
      return postToDapr(element, exchange, ["bindings", name.get(exchange).trim()], Buffer.from(JSON.stringify(message)));
    };
  },
});

function dataOf(bytes: Uint8Array): unknown {
  const written = Buffer.from(bytes).toString("utf8");
  try {
    return JSON.parse(written) as unknown;
  } catch {
    return written;
  }
}
