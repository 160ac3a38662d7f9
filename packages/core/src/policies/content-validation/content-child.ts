import type { GatewayModel, RepresentationModel, SchemaModel } from "../../model/model.js";
import type { BoundChild, PolicyCompiler } from "../../policy/define.js";
import { child, flag, many, oneOf, text } from "../../policy/schema.js";
import { longestSchema } from "./json-schema.js";
import { validationProblems } from "./problems.js";
import { type ActionValue, requiredAction } from "./validation-errors.js";

/** The `content` children of validate-content. */
export const contentChild = child({
  max: many,
  attributes: {
    type: text({ notes: "Content type this rule is for, after mapping; without it every type the API schema lists." }),
    "validate-as": oneOf(["json", "xml", "soap"], {
      required: true,
      notes: "Validator. soap takes the XML out of the envelope.",
    }),
    "schema-id": text({ notes: "Stored schema to use in place of that of the API definition." }),
    "schema-ref": text({ notes: "JSON only: local reference into the schema document." }),
    action: requiredAction("Action for bodies that do not fit."),
    "allow-additional-properties": flag({ notes: "JSON: overrides additionalProperties of the schema." }),
    "case-insensitive-property-names": flag({ default: false, notes: "JSON: compare property names without regard to case." }),
  },
  notes: "Validation rule for one content type.",
});

/** What is wrong with a body. */
export type ContentFault =
  | { readonly kind: "unfit"; readonly definition: string | null; readonly message: string; readonly place: string }
  | { readonly kind: "no-definition" | "exception"; readonly message: string };

/** What a rule is given of a message. */
export interface ContentToCheck {
  readonly bytes: Uint8Array;
  /** As the message has it, with parameters. */
  readonly contentType: string | null;
  /** After mapping. */
  readonly mediaType: string;
  /** What the API declares for the content type; null for nothing. */
  readonly declared: RepresentationModel | null;
  readonly configuration: GatewayModel;
}

/** A bound `content` child. */
export type ContentElement = BoundChild<typeof contentChild>;

/** One rule, ready for use. */
export interface ContentRule {
  /** Lower case; null for every listed one. */
  readonly type: string | null;
  readonly action: ActionValue;
  /** How often it takes a body apart. */
  readonly times: number;
  check(content: ContentToCheck): ContentFault | null;
}

/** The stored schema that a rule names; null for none, or for one that is not there, which is reported. */
export function storedSchema(element: ContentElement, compiler: PolicyCompiler): SchemaModel | null {
  const id = element.attributes["schema-id"]?.literal;
  if (id === undefined || compiler.isDetached) return null;
  const stored = compiler.configuration.schemas.get(id);
  if (stored === undefined) compiler.refer("schema", id, element.place);
  else if (stored.text.length > longestSchema) compiler.report(validationProblems.schemaTooLarge(id), element.place);
  else return stored;
  return null;
}
