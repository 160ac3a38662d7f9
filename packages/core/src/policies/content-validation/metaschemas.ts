import { Ajv } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import { currentForm, noChanges } from "./json-schema-form.js";

const OF_2020 = "https://json-schema.org/draft/2020-12/schema";
const OF_2019 = "https://json-schema.org/draft/2019-09/schema";
const DRAFT_7 = "http://json-schema.org/draft-07/schema";
/** Drafts of which the package has no schema, or which say of schemas what a later one says. */
const LIKE_DRAFT_7 = ["http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-04/schema"];

/** Does a schema refer to one of the schemas that schemas themselves are held against? */
export function refersToMetaschema(schema: unknown): boolean {
  return /"\$(?:ref|dynamicRef)":"https?:\/\/json-schema\.org\/draft/.test(JSON.stringify(schema) ?? "");
}

/**
 * Makes the schemas of schemas known to a validator that knows that of 2020-12. Drafts 4 and 6 are read by draft 7, which allows what they do and the
 * keywords that came later; 2019-09 by 2020-12.
 */
export function addMetaschemas(ajv: Ajv2020): void {
  const draft7 = new Ajv().getSchema(DRAFT_7)?.schema;
  if (typeof draft7 !== "object") return;
  ajv.addSchema({ ...(currentForm(draft7, noChanges) as object), $id: DRAFT_7 });
  for (const $id of LIKE_DRAFT_7) ajv.addSchema({ $id, $ref: DRAFT_7 });
  ajv.addSchema({ $id: OF_2019, $ref: OF_2020 });
}
