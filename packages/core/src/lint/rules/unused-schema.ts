import { policies } from "../examples.js";
import { defineRule } from "../rule.js";
import { entities, namedIn } from "../usage.js";

const files = (id: string): Record<string, string> => ({
  "gateway.yaml": `schemas:
  order: { file: ./order.schema.json }
  invoice: { file: ./order.schema.json }
policy: { file: ./global.xml }
`,
  "order.schema.json": '{ "type": "object" }\n',
  "global.xml": policies({
    inbound: ["order", id]
      .map(
        (schema) => `<validate-content unspecified-content-type-action="prevent" max-size="10240" size-exceeded-action="prevent">
  <content type="application/json" validate-as="json" action="prevent" schema-id="${schema}" />
</validate-content>`,
      )
      .join("\n"),
    backend: "<forward-request />",
    outbound: "",
    onError: "",
  }),
});

/** A schema that nothing is held against. */
export const unusedSchema = defineRule({
  id: "unused-schema",
  severity: "info",
  summary: "a schema that no validation and no operation names",
  why: "Whoever finds it thinks that bodies are held against it.",
  remedy: "Name it in validate-content, or remove it.",
  needs: "configuration",
  examples: { bad: files("order"), good: files("invoice") },
  project(project, context) {
    const named = namedIn(project, new Set(["schema-id"]));
    const { configuration } = project;
    if (named === null || configuration === null) return;
    const used = new Set(named);
    // Representations of operations and references of other schemas name them, too.
    const rest = JSON.stringify({ ...configuration.loaded.data, schemas: undefined });
    for (const [, id] of rest.matchAll(/"(?:schemaId|schemaName)":"([^"]*)"/g)) used.add(id!);
    for (const { text, id: own } of configuration.model.schemas.values())
      for (const { id } of entities(project, "schemas")) if (id !== own && text.includes(id)) used.add(id);
    for (const { id, path } of entities(project, "schemas"))
      if (!used.has(id)) context.at(configuration.place(path), `No validation names the schema ${id}.`);
  },
});
