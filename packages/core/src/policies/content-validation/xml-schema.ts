import { createRequire } from "node:module";
import type { SchemaFault } from "./json-schema.js";
import { ValidatorError } from "./json-schema.js";

/** The package that knows XML Schema. */
export const xmlSchemaPackage = "libxml2-wasm";

/** A compiled XML schema. */
export interface XmlSchemaValidator {
  /** The first fault of a document, with its line; null if it fits. */
  check(document: string): (SchemaFault & { readonly line: number }) | null;
}

interface Disposable {
  dispose(): void;
}

/** What is used of the package. */
interface Library {
  readonly XmlDocument: { fromString(text: string): Disposable };
  readonly XsdValidator: { fromDoc(document: Disposable): Disposable & { validate(document: Disposable): void } };
}

/** Is the package installed where Turnpike can load it? */
export function isXmlSchemaInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(xmlSchemaPackage);
    return true;
  } catch (error) {
    // A package for `import` alone cannot be resolved for `require`, but it is there.
    return (error as { code?: unknown }).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
  }
}

/** Loads the package and compiles a schema. Never rejects: a schema that cannot be used is given back as the error. */
export async function loadXmlSchema(text: string): Promise<XmlSchemaValidator | ValidatorError> {
  try {
    const name: string = xmlSchemaPackage;
    const library = (await import(name)) as Library;
    const schema = library.XmlDocument.fromString(text);
    try {
      return new LoadedXmlSchema(library, library.XsdValidator.fromDoc(schema));
    } finally {
      schema.dispose();
    }
  } catch (error) {
    return new ValidatorError(`The XML schema cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

class LoadedXmlSchema implements XmlSchemaValidator {
  constructor(
    private readonly library: Library,
    private readonly validator: ReturnType<Library["XsdValidator"]["fromDoc"]>,
  ) {}

  check(text: string): (SchemaFault & { readonly line: number }) | null {
    // Its memory is not the garbage collector's: it must be given back whatever happens.
    const document = this.library.XmlDocument.fromString(text);
    try {
      this.validator.validate(document);
      return null;
    } catch (error) {
      const [detail] = (error as { details?: readonly { readonly message?: string; readonly line?: number }[] }).details ?? [];
      const message = detail?.message ?? (error instanceof Error ? error.message : String(error));
      return { message: message.trim(), path: "", line: detail?.line ?? 1 };
    } finally {
      document.dispose();
    }
  }
}
