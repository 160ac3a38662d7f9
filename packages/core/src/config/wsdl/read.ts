import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Problem } from "../../diagnostics/problem.js";
import type { XmlDocument, XmlElement } from "../../xml/nodes.js";
import { readPolicyXml } from "../../xml/read.js";
import type { OperationConfiguration } from "../configuration.js";
import { wsdlProblems } from "../problems.js";

/** What a WSDL document says of an API. */
export interface WsdlDocument {
  /** By id: the operation's name. */
  readonly operations: Readonly<Record<string, OperationConfiguration>>;
  /** Where the service is; null if no port says so by an absolute URL. */
  readonly serviceUrl: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

const WSDL = "http://schemas.xmlsoap.org/wsdl/";
const SOAP: ReadonlySet<string> = new Set(["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"]);
/** Bounds of a document. */
const LIMITS = { size: 16 * 1024 * 1024, depth: 200, attributes: 100 };
/** Most operations of one document. */
const MOST_OPERATIONS = 5_000;

/**
 * Reads a WSDL 1.1 document into operations `POST /?soapAction=ACTION`, as API Management imports SOAP services: of the first binding to SOAP 1.1 or
 * 1.2 that a port of a service has, or else of the first one. Nothing is fetched: what other documents hold is not there. Never throws.
 */
export function readWsdl(text: string, file: string): WsdlDocument {
  const { document, diagnostics } = readPolicyXml({ text: text.replace(/^\uFEFF/, ""), file }, { format: "xml", limits: LIMITS });
  if (document === null)
    return { operations: {}, serviceUrl: null, diagnostics: diagnostics.filter(({ severity }) => severity === "error") };
  return new WsdlReader(document).read();
}

/** An element with the namespaces that hold inside of it, by prefix. */
interface Scoped {
  readonly element: XmlElement;
  readonly names: ReadonlyMap<string, string>;
}

class WsdlReader {
  private readonly diagnostics: Diagnostic[] = [];

  constructor(private readonly document: XmlDocument) {}

  read(): WsdlDocument {
    const root = scoped(this.document.roots[0]!, new Map());
    if (!isNamed(root, WSDL, "definitions")) return this.failed(wsdlProblems.notWsdl(root.element.name), root);
    const ports = children(root, WSDL, "service").flatMap((service) => children(service, WSDL, "port"));
    const port = ports.find((candidate) => addressOf(candidate) !== null);
    const bindings = children(root, WSDL, "binding").filter((binding) => soapChild(binding, "binding") !== null);
    const wanted = port === undefined ? undefined : localName(attribute(port.element, "binding") ?? "");
    const binding = bindings.find(({ element }) => attribute(element, "name") === wanted) ?? bindings[0];
    if (binding === undefined) return this.failed(wsdlProblems.noBinding(), root);
    const operations: Record<string, OperationConfiguration> = Object.create(null) as Record<string, OperationConfiguration>;
    const actions = new Map<string, string>();
    for (const operation of children(binding, WSDL, "operation").slice(0, MOST_OPERATIONS)) {
      const name = attribute(operation.element, "name") ?? "";
      const soap = soapChild(operation, "operation");
      const action = (soap === null ? null : attribute(soap.element, "soapAction")) ?? "";
      const other = actions.get(action);
      if (name === "" || Object.hasOwn(operations, name)) this.report(wsdlProblems.nameInvalid(name), operation);
      else if (other !== undefined) this.report(wsdlProblems.sameAction(name, other, action), operation);
      else {
        actions.set(action, name);
        operations[name] = { name, method: "POST", urlTemplate: `/?soapAction=${encodeURIComponent(action)}` };
      }
    }
    return { operations, serviceUrl: port === undefined ? null : addressOf(port), diagnostics: this.diagnostics };
  }

  private failed(problem: Problem, at: Scoped): WsdlDocument {
    this.report(problem, at);
    return { operations: {}, serviceUrl: null, diagnostics: this.diagnostics };
  }

  private report(problem: Problem, { element }: Scoped): void {
    this.diagnostics.push({ ...problem, ...this.document.source.place(element.start) });
  }
}

function scoped(element: XmlElement, around: ReadonlyMap<string, string>): Scoped {
  const names = new Map(around);
  for (const { name, value } of element.attributes)
    if (name === "xmlns") names.set("", value.text);
    else if (name.startsWith("xmlns:")) names.set(name.slice("xmlns:".length), value.text);
  return { element, names };
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

function namespaceOf({ element: { name }, names }: Scoped): string {
  const colon = name.indexOf(":");
  return names.get(colon < 0 ? "" : name.slice(0, colon)) ?? "";
}

const isNamed = (element: Scoped, namespace: string, name: string): boolean =>
  localName(element.element.name) === name && namespaceOf(element) === namespace;

function children({ element, names }: Scoped, namespace: string, name: string): Scoped[] {
  return element.elements.map((child) => scoped(child, names)).filter((child) => isNamed(child, namespace, name));
}

function soapChild({ element, names }: Scoped, name: string): Scoped | null {
  const all = element.elements.map((child) => scoped(child, names));
  return all.find((child) => localName(child.element.name) === name && SOAP.has(namespaceOf(child))) ?? null;
}

function attribute({ attributes }: XmlElement, wanted: string): string | null {
  return attributes.find(({ name }) => name === wanted)?.value.text ?? null;
}

/** Where a port is by SOAP; null if it says so in no way that can be called. */
function addressOf(port: Scoped): string | null {
  const address = soapChild(port, "address");
  const location = address === null ? null : attribute(address.element, "location");
  return location !== null && /^https?:\/\/[^/]/i.test(location) ? location : null;
}
