import type { Shape } from "./shape.js";

/** A shape as JSON Schema (draft 7), for editors: what it allows, and nothing that it does not say. */
export function jsonSchemaOf(shape: Shape): Readonly<Record<string, unknown>> {
  switch (shape.kind) {
    case "any":
      return {};
    case "text":
      return typed(["string"], shape.orNull);
    case "number":
      return typed(["number"], shape.orNull);
    case "count":
      return { type: "integer", minimum: 1 };
    case "boolean":
      return typed(["boolean"], shape.orNull);
    case "scalar":
      return typed(["string", "number", "boolean"], shape.orNull);
    case "word":
      return { enum: shape.words };
    case "list":
      return { type: "array", items: jsonSchemaOf(shape.of) };
    case "map":
      return { type: "object", additionalProperties: jsonSchemaOf(shape.of) };
    case "object":
      return {
        type: "object",
        properties: Object.fromEntries(Object.entries(shape.keys).map(([key, member]) => [key, jsonSchemaOf(member)])),
        ...(shape.required === undefined || shape.required.length === 0 ? {} : { required: shape.required }),
        additionalProperties: false,
      };
    case "either":
      return { anyOf: shape.shapes.map(jsonSchemaOf) };
  }
}

function typed(types: readonly string[], orNull: boolean | undefined): Readonly<Record<string, unknown>> {
  const all = orNull === true ? [...types, "null"] : types;
  return { type: all.length === 1 ? all[0] : all };
}
