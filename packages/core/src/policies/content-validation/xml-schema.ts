import type { SchemaModel } from "../../model/model.js";
import { parseXml, type XmlNode } from "../bodies/xml.js";
import { longestSchema, type SchemaFault, ValidatorError } from "./json-schema.js";
import type { Held, XmlLibrary } from "./xml-library.js";

/** A compiled XML schema. */
export interface XmlSchemaValidator {
  /** The first fault of a document, with its line; null if it fits. Throws {@link ValidatorError} if that cannot be told. */
  check(document: string): (SchemaFault & { readonly line: number }) | null;
}

/** Frees schemas that nobody uses any more: those of a configuration that another took the place of. */
const unused = new FinalizationRegistry((schema: Held) => schema.dispose());

/** Is it the text of an XML schema, or at least XML? */
export function isXmlSchema({ text }: SchemaModel): boolean {
  return /^\uFEFF?\s*</.test(text);
}

/**
 * Compiles a stored schema with all that it includes and imports. What a `schemaLocation` names is a stored schema as well: the one whose id is the
 * location's last segment, with or without `.xsd`. Nothing is fetched.
 * @throws ValidatorError for a schema that cannot be used
 */
export function compileXmlSchema(
  library: XmlLibrary,
  schema: SchemaModel,
  schemas: ReadonlyMap<string, SchemaModel>,
): XmlSchemaValidator {
  try {
    checkReferences(schema, schemas);
    const held = library.schema(schema.text, `/${encodeURIComponent(schema.id)}`, (url) => referred(url, schemas)?.text ?? null);
    return new LoadedXmlSchema(library, held);
  } catch (error) {
    throw new ValidatorError(error instanceof Error ? error.message.trim() : String(error));
  }
}

/** Looks at all schemas that one leads to, so that what is missing is called by its name. Throws Error. */
function checkReferences(first: SchemaModel, schemas: ReadonlyMap<string, SchemaModel>): void {
  const seen = new Set([first.id]);
  const open = [first];
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (schema.text.length > longestSchema) throw new Error(`the schema ${schema.id} is larger than 4 MB.`);
    for (const location of locations(parseXml(schema.text).root)) {
      const next = referred(location, schemas);
      if (next === null) throw new Error(`${schema.id} refers to ${location}, and there is no schema of that id.`);
      if (seen.has(next.id)) continue;
      seen.add(next.id);
      open.push(next);
    }
  }
}

const REFERRING = new Set(["include", "import", "redefine", "override"]);

function locations(root: XmlNode): string[] {
  return root.content.flatMap((node) => {
    if (typeof node === "string" || !REFERRING.has(node.name.slice(node.name.indexOf(":") + 1))) return [];
    const location = node.attributes.get("schemaLocation");
    return location === undefined ? [] : [location];
  });
}

function referred(location: string, schemas: ReadonlyMap<string, SchemaModel>): SchemaModel | null {
  const segment = location.split(/[?#]/, 1)[0]!.split("/").at(-1)!;
  let id = segment;
  try {
    id = decodeURIComponent(segment);
  } catch {
    // Then it is meant as it stands.
  }
  return schemas.get(id) ?? schemas.get(id.replace(/\.xsd$/i, "")) ?? null;
}

class LoadedXmlSchema implements XmlSchemaValidator {
  constructor(
    private readonly library: XmlLibrary,
    private readonly schema: Held,
  ) {
    unused.register(this, schema);
  }

  check(text: string): (SchemaFault & { readonly line: number }) | null {
    const document = this.document(text);
    if ("message" in document) return { ...document, path: "" };
    try {
      const fault = this.library.validate(this.schema, document);
      return fault === null ? null : { ...fault, path: "" };
    } catch (error) {
      throw new ValidatorError(`The schema could not be applied: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      document.dispose();
    }
  }

  private document(text: string): Held | { readonly message: string; readonly line: number } {
    try {
      return this.library.document(text);
    } catch (error) {
      const [detail] = (error as { details?: readonly { readonly message?: string; readonly line?: number }[] }).details ?? [];
      const message = detail?.message ?? (error instanceof Error ? error.message : String(error));
      return { message: message.trim(), line: detail?.line ?? 1 };
    }
  }
}
