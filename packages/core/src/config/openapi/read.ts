import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Problem } from "../../diagnostics/problem.js";
import { parseTemplate } from "../../routing/template.js";
import { readQuickly } from "../../yaml/read-quickly.js";
import type { OperationConfiguration, ParameterConfiguration, RepresentationConfiguration } from "../configuration.js";
import { openApiProblems } from "../problems.js";
import { contentTypes, readContent, readRequestBodies, readResponseBodies } from "./bodies.js";
import { externalReferences } from "./external.js";
import { type ParameterKind, readHeader, readParameter } from "./parameters.js";
import { type BrokenReference, type Data, entriesOf, follow, isData, listMember, member, textMember } from "./references.js";
import { type Dialect, SchemaBoundsError, SchemaConverter } from "./schemas.js";
import { basePath, serviceUrl } from "./servers.js";

/** What an OpenAPI document says of an API. */
export interface OpenApiDocument {
  /** By id. */
  readonly operations: Readonly<Record<string, OperationConfiguration>>;
  /** The first server that is an absolute URL; null for none. */
  readonly serviceUrl: string | null;
  /** The path of the first server, without slashes at its ends; null for none. */
  readonly basePath: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Longest document that is read, in characters. */
const LONGEST = 16 * 1024 * 1024;
/** Most operations of one document. */
const MOST_OPERATIONS = 5_000;
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

type Path = readonly (string | number)[];

/**
 * Reads an OpenAPI 3.0 or 3.1 or Swagger 2.0 document, in YAML or JSON, into operations. References inside the document are resolved;
 * others are errors, as nothing is fetched. An operation's id is its operationId, else made of method and path. Never throws.
 */
export function readOpenApi(text: string, file: string): OpenApiDocument {
  if (text.length > LONGEST) {
    return {
      operations: {},
      serviceUrl: null,
      basePath: null,
      diagnostics: [{ ...openApiProblems.tooLong(LONGEST), file, line: 1, column: 1 }],
    };
  }
  const shaped = readQuickly(text, file);
  if (shaped.diagnostics.length > 0) return { operations: {}, serviceUrl: null, basePath: null, diagnostics: shaped.diagnostics };
  return new OpenApiReader(shaped.data, file, (path) => shaped.placeOf(path)).read();
}

class OpenApiReader {
  private readonly diagnostics: Diagnostic[] = [];
  private readonly operations: Record<string, OperationConfiguration> = Object.create(null);
  private dialect: Dialect = "openapi-3.0";
  private schemas!: SchemaConverter;
  /** References that leave the document and have been reported. */
  private readonly external = new Set<string>();
  /** Of the part that is being read. */
  private path: Path = [];

  constructor(
    private readonly document: unknown,
    private readonly file: string,
    private readonly placeOf: (path: Path) => { readonly line: number; readonly column: number },
  ) {}

  read(): OpenApiDocument {
    const dialect = this.dialectOf();
    if (dialect === null) return { operations: {}, serviceUrl: null, basePath: null, diagnostics: this.diagnostics };
    this.dialect = dialect;
    for (const { reference, path } of externalReferences(this.document)) {
      this.external.add(reference);
      this.report(openApiProblems.referenceOutside(reference, "Bundle the document into one file."), path);
    }
    this.schemas = new SchemaConverter(this.document, dialect, (reference) => this.reportBroken(reference));
    try {
      this.readPaths();
    } catch (error) {
      if (!(error instanceof SchemaBoundsError)) throw error;
      this.report(openApiProblems.unreadable(error.message));
    }
    return {
      operations: this.operations,
      serviceUrl: serviceUrl(this.document, dialect),
      basePath: basePath(this.document, dialect),
      diagnostics: this.diagnostics,
    };
  }

  private dialectOf(): Dialect | null {
    const version = member(this.document, "openapi") ?? member(this.document, "swagger");
    const text = typeof version === "number" ? version.toFixed(1) : typeof version === "string" ? version : null;
    if (text === null) {
      this.report(openApiProblems.notOpenApi(), []);
      return null;
    }
    if (text === "2.0" && member(this.document, "openapi") === undefined) return "swagger-2";
    if (/^3\.0(?:\.|$)/.test(text)) return "openapi-3.0";
    if (/^3\.1(?:\.|$)/.test(text)) return "openapi-3.1";
    this.path = [member(this.document, "openapi") === undefined ? "swagger" : "openapi"];
    this.report(openApiProblems.versionUnknown(text), this.path);
    return null;
  }

  private readPaths(): void {
    for (const [template, written] of entriesOf(this.document, "paths")) {
      if (template.startsWith("x-")) continue;
      this.path = ["paths", template];
      const parsed = parseTemplate(template);
      if (!template.startsWith("/") || "error" in parsed) {
        const why = "error" in parsed ? parsed.error : "it does not begin with a slash.";
        this.report(openApiProblems.pathInvalid(template, why));
        continue;
      }
      const item = this.resolve(written);
      for (const method of METHODS) {
        const operation = member(item, method);
        if (!isData(operation)) continue;
        this.path = ["paths", template, method];
        if (Object.keys(this.operations).length >= MOST_OPERATIONS)
          throw new SchemaBoundsError(`The document holds more than ${MOST_OPERATIONS} operations.`);
        this.readOperation(method, template, operation, listMember(item, "parameters"));
      }
    }
  }

  private readOperation(method: string, template: string, operation: Data, shared: readonly unknown[]): void {
    const id = textMember(operation, "operationId") ?? generatedId(method, template);
    if (Object.hasOwn(this.operations, id)) return this.report(openApiProblems.operationTwice(id));
    const parameters = this.parametersOf(operation, shared);
    const of = (kind: ParameterKind): ParameterConfiguration[] =>
      parameters.flatMap((parameter) => {
        const read = readParameter(parameter, this.dialect, this.schemas);
        return read?.kind === kind ? [read.parameter] : [];
      });
    this.operations[id] = {
      name: textMember(operation, "summary") ?? id,
      method: method.toUpperCase(),
      urlTemplate: template,
      templateParameters: of("path"),
      request: {
        queryParameters: of("query"),
        headers: of("header"),
        representations: this.requestBodies(operation, parameters),
      },
      responses: entriesOf(operation, "responses").flatMap(([status, response]) =>
        this.readResponse(status, response, operation),
      ),
    };
  }

  /** The operation's own parameters and those of its path that it does not replace. */
  private parametersOf(operation: Data, shared: readonly unknown[]): readonly Data[] {
    const all = new Map<string, Data>();
    for (const written of [...shared, ...listMember(operation, "parameters")]) {
      const parameter = this.resolve(written);
      if (isData(parameter)) all.set(`${String(parameter["in"])} ${String(parameter["name"])}`, parameter);
    }
    return [...all.values()];
  }

  private requestBodies(operation: Data, parameters: readonly Data[]): RepresentationConfiguration[] {
    if (this.dialect === "swagger-2")
      return readRequestBodies(parameters, contentTypes(this.document, operation, "consumes"), this.schemas);
    return readContent(this.resolve(member(operation, "requestBody")), this.schemas, (value) => this.resolve(value));
  }

  private readResponse(status: string, written: unknown, operation: Data): NonNullable<OperationConfiguration["responses"]> {
    if (status.startsWith("x-")) return [];
    const statusCode = status === "default" ? 0 : /^[1-5]XX$/i.test(status) ? Number(status[0]) : Number(status);
    if (!(Number.isInteger(statusCode) && statusCode >= 0 && statusCode <= 999)) {
      this.report(openApiProblems.statusInvalid(status));
      return [];
    }
    const response = this.resolve(written);
    const headers = entriesOf(response, "headers")
      .filter(([name]) => name.toLowerCase() !== "content-type")
      .map(([name, header]) => readHeader(name, this.resolve(header), this.dialect, this.schemas));
    const representations =
      this.dialect === "swagger-2"
        ? readResponseBodies(response, contentTypes(this.document, operation, "produces"), this.schemas)
        : readContent(response, this.schemas, (value) => this.resolve(value));
    return [{ statusCode, description: textMember(response, "description") ?? "", headers, representations }];
  }

  private resolve(value: unknown): unknown {
    const found = follow(this.document, value);
    if (!("broken" in found)) return found.value;
    this.reportBroken(found);
    return undefined;
  }

  private reportBroken({ broken, isExternal }: BrokenReference): void {
    if (!isExternal) this.report(openApiProblems.referenceBroken(broken));
    else if (!this.external.has(broken)) this.report(openApiProblems.referenceOutside(broken));
  }

  private report(problem: Problem, path: Path = this.path): void {
    if (this.diagnostics.length >= 100) return;
    this.diagnostics.push({ ...problem, file: this.file, ...this.placeOf(path) });
  }
}

/** `GET /books/{id}` as `get-books-id`. */
function generatedId(method: string, template: string): string {
  const words = template.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return [method, ...words].join("-").toLowerCase();
}
