import { configurationShape } from "../config/shape.js";
import { lintSettingsShape } from "../lint/settings.js";
import { jsonSchemaOf } from "../yaml/json-schema.js";
import { testFileShape } from "./file/model.js";
import { invariantsShape } from "./invariants/model.js";

/** JSON Schemas of the files that people write, by the name under which the package has them: `@turnpike/core/schemas/gateway.json`. */
export function fileSchemas(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const schema = (title: string, shape: Parameters<typeof jsonSchemaOf>[0]) => ({
    $schema: "http://json-schema.org/draft-07/schema#",
    title,
    ...jsonSchemaOf(shape),
  });
  return {
    "gateway.json": schema("A gateway's configuration (gateway.yaml)", configurationShape),
    "policy-test.json": schema("A policy test file (*.policy-test.yaml)", testFileShape),
    "invariants.json": schema("An invariants file (*.invariants.yaml)", invariantsShape),
    "lint.json": schema("The settings of turnpike lint (turnpike.lint.yaml)", lintSettingsShape),
  };
}
