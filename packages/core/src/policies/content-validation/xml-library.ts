/** The package that knows XML Schema, and the part of it that its own entry does not show. */
export const xmlSchemaPackage = "libxml2-wasm";
/** The packages that validation by XML schemas loads. */
export const xmlSchemaPackages = [xmlSchemaPackage, `${xmlSchemaPackage}/lib/libxml2.mjs`] as const;

/** What lies in the library's own memory, which no garbage collector looks after. */
export interface Held {
  dispose(): void;
  readonly _ptr: number;
}

interface Entry {
  readonly XmlDocument: { fromString(text: string, options: { readonly url?: string; readonly option: number }): Held };
  readonly XsdValidator: { fromDoc(document: Held): Held };
  openBuffer(bytes: Uint8Array): number;
  readBuffer(file: number, into: Uint8Array): number;
  closeBuffer(file: number): void;
}

interface Bindings {
  addFunction(callback: (data: number, error: number) => void, signature: string): number;
  xmlSchemaNewValidCtxt(schema: number): number;
  xmlSchemaSetValidStructuredErrors(context: number, callback: number, data: number): void;
  xmlSchemaValidateDoc(context: number, document: number): number;
  xmlSchemaFreeValidCtxt(context: number): void;
  xmlRegisterInputProvider(provider: {
    match(url: string): boolean;
    open(url: string): number | undefined;
    read(file: number, into: Uint8Array): number;
    close(file: number): boolean;
  }): boolean;
  readonly XmlErrorStruct: { message(error: number): string; line(error: number): number; level(error: number): number };
}

/** No document type is loaded from elsewhere; lines beyond 65,535 are counted. */
const OPTIONS = 8_388_608 | 4_194_304;
/** `xmlErrorLevel`: below it are warnings. */
const ERROR = 2;

/** The first thing that is wrong with a document. */
export interface XmlFault {
  readonly message: string;
  readonly line: number;
}

/**
 * The library as it is used here. Of a document's faults only the first is taken up: the package's own `validate` collects all with their paths,
 * which takes minutes for a few megabytes that are wrong everywhere.
 */
export class XmlLibrary {
  private readonly onError: number;
  private fault: XmlFault | null = null;
  /** What schemas may be read from while one is compiled, by URL. */
  private read: ((url: string) => string | null) | null = null;
  private wasAsked = false;

  constructor(
    private readonly entry: Entry,
    private readonly bindings: Bindings,
  ) {
    this.onError = bindings.addFunction((_data, error) => {
      const { XmlErrorStruct } = bindings;
      if (this.fault !== null || XmlErrorStruct.level(error) < ERROR) return;
      this.fault = { message: XmlErrorStruct.message(error).trim(), line: XmlErrorStruct.line(error) };
    }, "vii");
  }

  /** Parses text. Whoever calls disposes of the document. Throws Error for what is not well-formed. */
  document(text: string, url?: string): Held {
    return this.entry.XmlDocument.fromString(text, { ...(url === undefined ? {} : { url }), option: OPTIONS });
  }

  /**
   * Compiles a schema. Whoever calls disposes of it. Throws Error that says what is wrong.
   * @param read gives the text of a schema that it refers to; null for none
   */
  schema(text: string, url: string, read: (url: string) => string | null): Held {
    const document = this.document(text, url);
    this.read = read;
    this.wasAsked = false;
    try {
      return this.entry.XsdValidator.fromDoc(document);
    } catch (error) {
      // Nobody asked: the provider is not registered yet, or another user of the library has cleared all of them.
      if (this.wasAsked || !this.register()) throw error;
      return this.entry.XsdValidator.fromDoc(document);
    } finally {
      this.read = null;
      document.dispose();
    }
  }

  /** The first fault of a document; null if it fits. Throws Error if the library cannot tell. */
  validate(schema: Held, document: Held): XmlFault | null {
    const { bindings } = this;
    const context = bindings.xmlSchemaNewValidCtxt(schema._ptr);
    try {
      this.fault = null;
      bindings.xmlSchemaSetValidStructuredErrors(context, this.onError, 0);
      const result = bindings.xmlSchemaValidateDoc(context, document._ptr);
      if (result < 0) throw new Error("the schema asks for more than the validator does.");
      return result === 0 ? null : (this.fault ?? { message: "The document does not fit.", line: 1 });
    } finally {
      bindings.xmlSchemaFreeValidCtxt(context);
    }
  }

  /** The library's inputs are one list for the whole process: this one answers only while {@link schema} runs. */
  private register(): boolean {
    const { entry } = this;
    return this.bindings.xmlRegisterInputProvider({
      match: (url) => {
        if (this.read === null) return false;
        this.wasAsked = true;
        return this.read(url) !== null;
      },
      open: (url) => {
        const text = this.read?.(url) ?? null;
        return text === null ? undefined : entry.openBuffer(Buffer.from(text));
      },
      read: (file, into) => entry.readBuffer(file, into),
      close: (file) => {
        entry.closeBuffer(file);
        return true;
      },
    });
  }
}

/** The package exists once in a process, and what is hung into it is never taken out: one for all gateways. */
const made = new WeakMap<object, XmlLibrary>();

/** The library of loaded packages; null if they are not installed, or not as this version knows them. */
export function xmlLibrary(packageOf: (name: string) => object | null): XmlLibrary | null {
  const [entry, bindings] = xmlSchemaPackages.map(packageOf) as [Partial<Entry> | null, Partial<Bindings> | null];
  if (entry?.XsdValidator === undefined || bindings?.xmlSchemaValidateDoc === undefined || bindings.addFunction === undefined)
    return null;
  let library = made.get(entry);
  if (library === undefined) made.set(entry, (library = new XmlLibrary(entry as Entry, bindings as Bindings)));
  return library;
}
