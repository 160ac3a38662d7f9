import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { isUtf16 } from "../diagnostics/utf16.js";
import type { PolicyDocument } from "../model/model.js";
import type { DocumentFormat } from "./expressions.js";
import { resolverRoots, type XmlDocument, type XmlElement } from "./nodes.js";
import { xmlProblems } from "./problems.js";
import { type Finding, type Scan, scan } from "./scan.js";
import { DocumentSource } from "./source.js";

/** Bounds of a document. */
export interface XmlLimits {
  /** Characters. Default 1,048,576: API Management takes a quarter of that. */
  readonly size: number;
  /** Nested elements. Default 100. */
  readonly depth: number;
  /** Attributes of one element. Default 100. */
  readonly attributes: number;
}

/** The limits of documents, where nobody gives others. */
export const defaultXmlLimits: XmlLimits = { size: 1_048_576, depth: 100, attributes: 100 };

/** How a document is read. */
export interface ReadOptions {
  /** How entities inside expressions are taken. Default `auto`. */
  readonly format?: DocumentFormat;
  readonly limits?: Partial<XmlLimits>;
}

/** What reading gives: a document unless there were errors, and everything found. */
export interface ReadResult {
  readonly document: XmlDocument | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A wrapper, so that a snippet may have several elements at the top. */
const WRAPPER = "document";
const PREFIX = `<${WRAPPER}>`;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  commentPropName: "#comment",
  cdataPropName: "#cdata",
  processEntities: false,
  captureMetaData: true,
  jPath: false,
  maxNestedTags: 2_000,
} as ConstructorParameters<typeof XMLParser>[0]);

const metaData: unique symbol = XMLParser.getMetaDataSymbol() as never;

/**
 * Reads policy XML whose expressions may be plain C#: quotes, `<` and `&` need not be escaped inside them. They are masked by
 * placeholders of the same length before the XML parser sees the text, so that every offset stays true. Never throws.
 */
export function readPolicyXml(input: PolicyDocument, options: ReadOptions = {}): ReadResult {
  const limits = { ...defaultXmlLimits, ...options.limits };
  // A byte order mark is not part of the text; a blank in its place keeps the offsets.
  const text = input.text.startsWith("\uFEFF") ? ` ${input.text.slice(1)}` : input.text;
  const source = new DocumentSource({ ...input, text });
  const problem = isUtf16(input.text)
    ? xmlProblems.notUtf8()
    : text.length > limits.size
      ? xmlProblems.documentTooLong(text.length, limits.size)
      : null;
  if (problem !== null) {
    return { document: null, diagnostics: [toDiagnostic(source, { ...problem, start: 0, end: 0 })] };
  }
  const scanned = scan(text, options.format ?? "auto", limits);
  const findings = [...scanned.findings];
  let roots: XmlElement[] = [];
  if (!findings.some(({ severity }) => severity === "error")) roots = parse(text, scanned, findings);
  const document = findings.some(({ severity }) => severity === "error") ? null : classify(source, scanned, roots, findings);
  const diagnostics = findings.sort((a, b) => a.start - b.start).map((finding) => toDiagnostic(source, finding));
  return { document, diagnostics };
}

function parse(text: string, scanned: Scan, findings: Finding[]): XmlElement[] {
  const masked = `${PREFIX}${mask(text, scanned.masked)}</${WRAPPER}>`;
  try {
    const verdict = XMLValidator.validate(masked, { allowBooleanAttributes: false });
    if (verdict !== true) {
      const start = Math.max(0, offsetOf(masked, verdict.err.line, verdict.err.col) - PREFIX.length);
      findings.push({ ...xmlProblems.refused(verdict.err.msg), start, end: start + 1 });
      return [];
    }
    const tree = parser.parse(masked) as ParsedNode[];
    return elementsOf(childrenOf(tree[0]!), scanned, text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    findings.push({ ...xmlProblems.refused(message), start: 0, end: 0 });
    return [];
  }
}

/** A node as the parser makes it: one key with the tag's name, beside `:@` for attributes. */
type ParsedNode = Readonly<Record<string, unknown>> & { readonly [metaData]?: { readonly startIndex: number } };

function childrenOf(node: ParsedNode): readonly ParsedNode[] {
  const name = Object.keys(node).find((key) => key !== ":@");
  const children = name === undefined ? [] : node[name];
  return Array.isArray(children) ? (children as ParsedNode[]) : [];
}

function elementsOf(nodes: readonly ParsedNode[], scanned: Scan, text: string): XmlElement[] {
  const elements: XmlElement[] = [];
  for (const node of nodes) {
    const name = Object.keys(node).find((key) => key !== ":@");
    const start = node[metaData]?.startIndex;
    if (name === undefined || name.startsWith("#") || name.startsWith("?") || start === undefined) continue;
    const found = scanned.elements.get(start - PREFIX.length);
    if (found === undefined || found.name !== name) throw new Error(`The reader lost its way at <${name}>.`);
    elements.push({ ...found, elements: elementsOf(childrenOf(node), scanned, text) });
  }
  return elements;
}

/** Puts a letter for every character of the masked stretches but line breaks. */
function mask(text: string, stretches: Scan["masked"]): string {
  let result = "";
  let at = 0;
  for (const [start, end] of [...stretches].sort((a, b) => a[0] - b[0])) {
    if (end <= at) continue;
    result += text.slice(at, Math.max(at, start)) + text.slice(Math.max(at, start), end).replace(/[^\r\n]/g, "x");
    at = end;
  }
  return result + text.slice(at);
}

function offsetOf(text: string, line: number, column: number): number {
  let offset = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf("\n", offset);
    if (next < 0) break;
    offset = next + 1;
  }
  return offset + Math.max(0, column - 1);
}

function classify(source: DocumentSource, scanned: Scan, roots: readonly XmlElement[], findings: Finding[]): XmlDocument | null {
  const first = roots[0];
  if (first === undefined) {
    findings.push({ ...xmlProblems.empty(), start: 0, end: 0 });
    return null;
  }
  const { language } = scanned;
  const root = roots.find(({ name }) => name === "policies" || name === "fragment");
  if (root === undefined) {
    const isResolver = roots.length === 1 && resolverRoots.includes(first.name);
    return { source, kind: isResolver ? "resolver" : "snippet", roots, language };
  }
  const other = roots.find((element) => element !== root);
  if (other !== undefined) {
    findings.push({ ...xmlProblems.severalRoots(other.name, root.name), start: other.start, end: other.contentStart });
    return null;
  }
  return { source, kind: root.name as "policies" | "fragment", roots, language };
}

function toDiagnostic(source: DocumentSource, finding: Finding): Diagnostic {
  const from = source.place(finding.start);
  const to = source.place(finding.end);
  return {
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    ...from,
    endLine: to.line,
    endColumn: to.column,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
  };
}
