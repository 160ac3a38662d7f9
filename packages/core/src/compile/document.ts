import { nearest } from "../diagnostics/nearest.js";
import type { Problem } from "../diagnostics/problem.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import { allSections } from "../policy/sections.js";
import type { XmlDocument, XmlElement } from "../xml/nodes.js";
import { diagnosticAt } from "./bind-value.js";
import type { CompiledPolicy } from "./block.js";
import { base, compileFragment, compilePolicies, type SectionItem } from "./compile.js";
import type { CompileEnvironment } from "./environment.js";
import { reportStrayText } from "./placeholders.js";
import { DocumentProbes } from "./probes.js";
import { compileProblems } from "./problems.js";

/** A document of one scope, compiled: what it holds by section. A section that is not there inherits; an empty one does not. */
export interface CompiledDocument {
  readonly scope: ScopeName;
  readonly sections: ReadonlyMap<SectionName, readonly SectionItem[]>;
}

const isSection = (name: string): name is SectionName => (allSections as readonly string[]).includes(name);

/** Compiles the `<policies>` document of a scope. Errors are in `environment.diagnostics`. */
export function compileDocument(
  document: XmlDocument,
  scope: ScopeName,
  documentId: string,
  environment: CompileEnvironment,
): CompiledDocument {
  const sections = new Map<SectionName, readonly SectionItem[]>();
  const report = reporter(document, environment);
  if (document.kind !== "policies") {
    const root = document.roots[0]!;
    report(compileProblems.wrongRoot(document.roots[0]!.name), root.start, root.contentStart);
    return { scope, sections };
  }
  compileSections(document, document.roots[0]!, scope, documentId, environment, sections);
  return { scope, sections };
}

function compileSections(
  document: XmlDocument,
  root: XmlElement,
  scope: ScopeName | null,
  documentId: string,
  environment: CompileEnvironment,
  sections: Map<SectionName, readonly SectionItem[]>,
): void {
  const report = reporter(document, environment);
  for (const attribute of root.attributes) {
    if (attribute.name !== "language" && attribute.name !== "id" && !attribute.name.startsWith("xmlns"))
      report(
        compileProblems.attributeOfSection("policies", attribute.name),
        attribute.start,
        attribute.start + attribute.name.length,
      );
  }
  reportStrayText(root, environment.isDetached, report);
  // What inbound has looked at holds for those behind it; on-error may be entered from anywhere.
  const tested = new Set<string>();
  for (const element of root.elements) {
    if (!isSection(element.name)) {
      const isPolicy = environment.registry.get(element.name) !== null;
      const near = nearest(element.name, allSections);
      const hint = isPolicy
        ? "Put it into <inbound>, <backend>, <outbound> or <on-error>."
        : near === null
          ? `Sections are ${allSections.join(", ")}.`
          : `Did you mean <${near}>?`;
      report(compileProblems.notASection(element.name, hint), element.start, element.contentStart);
    } else if (sections.has(element.name))
      report(compileProblems.sectionTwice(element.name), element.start, element.contentStart);
    else
      sections.set(
        element.name,
        compileSection(
          document,
          element,
          element.name,
          scope,
          documentId,
          environment,
          element.name === "on-error" ? new Set() : tested,
        ),
      );
  }
}

function compileSection(
  document: XmlDocument,
  element: XmlElement,
  section: SectionName,
  scope: ScopeName | null,
  documentId: string,
  environment: CompileEnvironment,
  tested = new Set<string>(),
): readonly SectionItem[] {
  const report = reporter(document, environment);
  for (const attribute of element.attributes)
    report(compileProblems.attributeOfSection(section, attribute.name), attribute.start, attribute.start + attribute.name.length);
  reportStrayText(element, environment.isDetached, report);
  const probes = environment.probes === null ? null : new DocumentProbes(environment.probes, document, null);
  const frame = { document, section, scope, documentId, path: "", isInFragment: false, probes, tested };
  const items = compilePolicies(element.elements, frame, environment);
  const bases = element.elements.filter(({ name }) => name === "base");
  for (const extra of bases.slice(1)) report(compileProblems.baseTwice(section), extra.start, extra.contentStart);
  if (section === "backend" && element.elements.length > 1) {
    const second = element.elements[1]!;
    report(compileProblems.severalInBackend(), second.start, second.contentStart);
  }
  return items;
}

/**
 * Compiles the document of a GraphQL resolver. Errors are in `environment.diagnostics`.
 * @returns the data source as the one policy that it is; null if it is none
 */
export function compileResolver(
  document: XmlDocument,
  documentId: string,
  environment: CompileEnvironment,
): CompiledPolicy | null {
  const root = document.roots[0]!;
  if (document.kind !== "resolver") {
    reporter(document, environment)(compileProblems.wrongResolverRoot(root.name), root.start, root.contentStart);
    return null;
  }
  const probes = environment.probes === null ? null : new DocumentProbes(environment.probes, document, null);
  const frame = {
    document,
    section: null,
    scope: "graphql-resolver" as const,
    documentId,
    path: "",
    isInFragment: false,
    probes,
    tested: new Set<string>(),
  };
  const [compiled] = compilePolicies(document.roots, frame, environment).filter((item) => item !== base);
  return compiled ?? null;
}

/** Compiles a document on its own, whatever it holds: sections, a fragment's policies, or policies and sections without a root. */
export function compileAlone(document: XmlDocument, environment: CompileEnvironment): void {
  const frame = {
    document,
    section: null,
    scope: null,
    documentId: "document",
    path: "",
    isInFragment: false,
    probes: null,
    tested: new Set<string>(),
  };
  if (document.kind === "policies") {
    compileSections(document, document.roots[0]!, null, "document", environment, new Map());
  } else if (document.kind === "fragment") {
    compileFragment(document, { ...frame, isInFragment: true }, environment);
  } else {
    const sections = document.roots.filter(({ name }) => isSection(name));
    for (const element of sections) compileSection(document, element, element.name as SectionName, null, "document", environment);
    compilePolicies(
      document.roots.filter(({ name }) => !isSection(name)),
      frame,
      environment,
    );
  }
}

function reporter(document: XmlDocument, environment: CompileEnvironment) {
  return (problem: Problem, start: number, end: number): void => {
    environment.diagnostics.push(diagnosticAt(document, problem, start, end));
  };
}
