import type { CompiledExpression } from "@turnpike/expressions";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Place } from "../diagnostics/place.js";
import type { Problem } from "../diagnostics/problem.js";
import { notThere, referable } from "../diagnostics/references.js";
import type { PolicyCompiler, PolicyDefinition } from "../policy/define.js";
import type { Exchange } from "../policy/exchange.js";
import type { Step } from "../policy/flow.js";
import type { PolicyInfo } from "../policy/observer.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import type { XmlDocument, XmlElement } from "../xml/nodes.js";
import { ElementBinder, type NestedSchema } from "./bind.js";
import { diagnosticAt } from "./bind-value.js";
import type { CompiledPolicy } from "./block.js";
import type { CompileEnvironment } from "./environment.js";
import { exceptForHandshakes, notForHandshakes } from "./handshake.js";
import { BodyNeeds } from "./needs.js";
import { isTemplatedAt, placeholderHint, reportStrayText } from "./placeholders.js";
import { DocumentProbes } from "./probes.js";
import { compileProblems } from "./problems.js";
import { isKnownPolicy } from "./registry.js";

type Finding = Parameters<PolicyCompiler["report"]>[0];

/** Where `<base />` stands among the policies of a section. */
export const base = Symbol("base");

/** What a section of one document holds. */
export type SectionItem = CompiledPolicy | typeof base;

/** Where policies stand that are being compiled. */
export interface Frame {
  readonly document: XmlDocument;
  /** Null where that is open: a fragment or snippet on its own. */
  readonly section: SectionName | null;
  readonly scope: ScopeName | null;
  /** Names the document: `api:payments`. */
  readonly documentId: string;
  /** The path of the element that the policies stand in; empty directly below a section. */
  readonly path: string;
  readonly isInFragment: boolean;
  /** Counts what is reached; null where nobody wants to know. */
  readonly probes: DocumentProbes | null;
  /** Paths (`context.Subscription`) that a branch around, or a policy before, has looked at for null. Grows along a sequence of policies. */
  readonly tested: Set<string>;
  /** What the element around says of the policies in it; left out where all may stand that the section takes. */
  readonly within?: NestedSchema;
}

/** Will named values make another id of it, one that cannot be told yet? */
const isPlaceholder = (id: string): boolean => id.includes("{{");

/** Compiles the policy elements of a section, fragment or nested block, and reports all errors. */
export function compilePolicies(elements: readonly XmlElement[], frame: Frame, environment: CompileEnvironment): SectionItem[] {
  const counts = new Map<string, number>();
  const items: SectionItem[] = [];
  for (const element of elements) {
    const index = (counts.get(element.name) ?? 0) + 1;
    counts.set(element.name, index);
    const path = `${frame.path === "" ? "" : `${frame.path}\\`}${element.name}[${index}]`;
    const compilation = new PolicyCompilation(element, path, frame, environment);
    items.push(...compilation.run());
    // What comes behind a branch that answers is only reached where its condition said no.
    if (mayAnswer(element)) for (const subject of compilation.tested) frame.tested.add(subject);
  }
  return items;
}

/** Does one of the element's branches end the request? */
function mayAnswer({ elements }: XmlElement): boolean {
  return elements.some((branch) => branch.elements.some(({ name }) => name === "return-response"));
}

/** Compiles policies that stand inside another policy. */
function compileNested(elements: readonly XmlElement[], frame: Frame, environment: CompileEnvironment): CompiledPolicy[] {
  return compilePolicies(elements, frame, environment).filter((item): item is CompiledPolicy => item !== base);
}

/** One policy element on its way from XML to a step. */
class PolicyCompilation {
  private readonly needs = new BodyNeeds();
  /** Paths that the element's expressions have tested. */
  tested: ReadonlySet<string> = new Set();

  constructor(
    private readonly xml: XmlElement,
    private readonly path: string,
    private readonly frame: Frame,
    private readonly environment: CompileEnvironment,
  ) {}

  run(): SectionItem[] {
    const { xml, frame, environment } = this;
    const { within } = frame;
    if (within?.allowed != null && !within.allowed.has(xml.name)) {
      this.report(compileProblems.policyNotIn(within.name, xml.name, [...within.allowed]));
      return [];
    }
    const own = within?.own?.find(({ name }) => name === xml.name);
    const definition = own ?? environment.registry.get(xml.name);
    if (definition === null) return this.unknown();
    const isPlaced = this.checkPlace(definition);
    if (definition.name === "base") return this.base();

    const shapes: string[] = [];
    const binderOf = (around: Frame): ElementBinder =>
      new ElementBinder({
        environment,
        document: around.document,
        tested: around.tested,
        probes: around.probes,
        nested: (elements, path, tested, within) => {
          const section = within.section ?? around.section;
          const inner = { ...around, section, path, tested: new Set([...around.tested, ...tested]), within };
          const inside = compileNested(elements, inner, environment);
          shapes.push(...inside.flatMap(({ shape }) => shape ?? []));
          return inside;
        },
        included: (element) => {
          const found = this.fragmentOf(element);
          return found === null ? null : { elements: elementsOf(found.document), binder: binderOf(found) };
        },
        onExpression: (expression: CompiledExpression, shape) => {
          this.needs.add(expression);
          if (shape !== undefined) shapes.push(shape);
        },
      });
    const binder = binderOf(frame);
    const content = definition.content ?? (Object.keys(definition.children).length > 0 ? "elements" : "empty");
    const schema = { attributes: definition.attributes, children: definition.children, content, text: definition.text ?? null };
    const element = binder.bind(xml, schema, this.path, null);
    this.tested = binder.tested;
    if (!binder.isSound) return [];
    if (definition.name === "include-fragment") return this.fragment();
    if (!isPlaced) return [];

    if (definition.counts === true && environment.countsAlone) this.warnOfWorkers();

    const section = frame.section ?? definition.sections[0] ?? "backend";
    const scope = frame.scope ?? definition.scopes[0]!;
    const info = this.info(section, scope);
    try {
      const compiled = definition.compile(element, this.compiler(section, scope));
      const ready = this.needs.isEmpty ? compiled : prepared(compiled, this.needs);
      const step = frame.probes?.policy(ready, definition, xml) ?? ready;
      const policy = { step: notForHandshakes.has(xml.name) ? exceptForHandshakes(step) : step, info };
      return [environment.tellsShapes ? { ...policy, shape: JSON.stringify([skeleton(xml), shapes]) } : policy];
    } catch (error) {
      this.report(compileProblems.notCompiled(xml.name, error instanceof Error ? error.message : String(error)));
      return [];
    }
  }

  private info(section: SectionName, scope: ScopeName): PolicyInfo {
    const { xml, path } = this;
    const policyId = xml.attributes.find(({ name }) => name === "id")?.value.text ?? null;
    return { name: xml.name, section, scope, path, policyId, place: this.place(xml.start) };
  }

  private compiler(section: SectionName, scope: ScopeName): PolicyCompiler {
    const { environment, frame, needs, path } = this;
    return {
      section,
      scope,
      elementId: `${frame.documentId}/${section}/${path}`,
      isDetached: environment.isDetached,
      configuration: environment.configuration,
      report: (finding, place = this.place(this.xml.start)) => {
        environment.diagnostics.push({ ...this.tolerated(finding, place), ...place });
      },
      refer: (kind, id, place = this.place(this.xml.start)) => {
        const known = environment.configuration[referable[kind]];
        if (environment.isDetached || known.has(id) || isPlaceholder(id)) return;
        environment.diagnostics.push({ ...notThere(kind, id, [...known.keys()]), ...place });
      },
      package: (name) => environment.packages.get(name),
      info: this.info(section, scope),
      branch: ({ name, path, place }) => ({ name, section, scope, path, policyId: null, place }),
      prepare: (exchange) => needs.prepare(exchange),
    };
  }

  /** In a document on its own an error about what a templating tool will fill in is a warning. */
  private tolerated({ severity = "error", code, message, hint }: Finding, place: Place): Omit<Diagnostic, keyof Place> {
    const isTemplated =
      severity === "error" && this.environment.isDetached && isTemplatedAt(this.xml, this.frame.document, place);
    if (isTemplated) return { severity: "warning", code, message, hint: placeholderHint };
    return { severity, code, message, ...(hint === undefined ? {} : { hint }) };
  }

  /** Once for a configuration: the first place stands for all. */
  private warnOfWorkers(): void {
    if (this.environment.diagnostics.some(({ code }) => code === "TP2109")) return;
    this.report(compileProblems.countsAlone(this.xml.name));
  }

  private unknown(): SectionItem[] {
    const { name } = this.xml;
    if (isKnownPolicy(name)) {
      this.report(compileProblems.notSupported(name));
      return [];
    }
    this.report(compileProblems.unknownPolicy(name, this.environment.registry.names));
    return [];
  }

  private base(): SectionItem[] {
    const { frame, xml } = this;
    if (frame.isInFragment) this.report(compileProblems.baseInFragment());
    else if (frame.path !== "") this.report(compileProblems.baseInPolicy());
    if (xml.attributes.length > 0 || xml.elements.length > 0 || xml.texts.some(({ value }) => value.text.trim() !== ""))
      this.report(compileProblems.baseWithContent());
    if (frame.scope === "global") this.report(compileProblems.baseAtGlobal());
    return frame.probes === null ? [base] : [this.countedBase(frame.probes), base];
  }

  /** Stands before what `<base />` stands for, and counts that it begins. */
  private countedBase(probes: DocumentProbes): CompiledPolicy {
    const { xml, frame } = this;
    const { section, scope } = frame;
    const info = {
      name: "base",
      section: section!,
      scope: scope!,
      path: this.path,
      policyId: null,
      place: this.place(xml.start),
    };
    return { step: probes.step(() => "continue", probes.at("base", "base", xml.start, xml.end)), info, isProbe: true };
  }

  private fragment(): SectionItem[] {
    const inner = this.fragmentOf(this.xml);
    return inner === null ? [] : compileFragment(inner.document, inner, this.environment);
  }

  /** The fragment that an element includes, with what holds in it there; null if there is none, which is reported. */
  private fragmentOf(element: XmlElement): Frame | null {
    const { frame, environment } = this;
    if (frame.isInFragment) {
      this.report(compileProblems.fragmentInFragment());
      return null;
    }
    const id = element.attributes.find(({ name }) => name === "fragment-id")?.value.text.trim() ?? "";
    const document = environment.fragment(id);
    if (document === null) {
      if (environment.isDetached) this.report(compileProblems.fragmentNotGiven(id));
      else if (!environment.configuration.fragments.has(id))
        this.report(notThere("fragment", id, [...environment.configuration.fragments.keys()]));
      return null;
    }
    const included = frame.document.source.place(element.start);
    const probes = environment.probes === null ? null : new DocumentProbes(environment.probes, document, included);
    return { ...frame, document, probes, path: this.path, isInFragment: true };
  }

  private checkPlace(definition: PolicyDefinition): boolean {
    const { section, scope, within } = this.frame;
    const { name } = this.xml;
    // What stands around it has the last word.
    if (within?.allowed != null) return true;
    if (section !== null && !definition.sections.includes(section)) {
      this.report(compileProblems.wrongSection(name, section, definition.sections));
      return false;
    }
    if (scope !== null && !definition.scopes.includes(scope)) {
      this.report(compileProblems.wrongScope(name, scope, definition.scopes));
      return false;
    }
    return true;
  }

  private place(offset: number): Place {
    return this.frame.document.source.place(offset);
  }

  private report(problem: Problem): void {
    const { xml, frame, environment } = this;
    const end = xml.start + 1 + xml.name.length;
    environment.diagnostics.push(diagnosticAt(frame.document, problem, xml.start, end));
  }
}

/** Compiles what a fragment holds, in the place at which it is included. */
export function compileFragment(document: XmlDocument, frame: Frame, environment: CompileEnvironment): SectionItem[] {
  const root = document.roots[0]!;
  if (document.kind === "snippet") return compilePolicies(document.roots, frame, environment).filter((item) => item !== base);
  reportStrayText(root, environment.isDetached, (problem, start, end) =>
    environment.diagnostics.push(diagnosticAt(document, problem, start, end)),
  );
  return compilePolicies(root.elements, frame, environment).filter((item) => item !== base);
}

/** What a fragment's document holds. */
function elementsOf({ kind, roots }: XmlDocument): readonly XmlElement[] {
  return kind === "snippet" ? roots : roots[0]!.elements;
}

/** What is written in an element, without its expressions: what those do is told by themselves. */
function skeleton({ name, attributes, texts, elements }: XmlElement): unknown {
  const text = (attribute: { readonly value: { readonly text: string }; readonly isExpression: boolean }): string =>
    attribute.isExpression ? "@" : attribute.value.text;
  return [
    name,
    attributes.map((attribute) => `${attribute.name}=${text(attribute)}`).sort((a, b) => (a < b ? -1 : 1)),
    texts.map(text).join("").trim(),
    elements.map(skeleton),
  ];
}

function prepared(step: Step, needs: BodyNeeds): Step {
  return (exchange: Exchange) => {
    const pending = needs.prepare(exchange);
    return pending === undefined ? step(exchange) : pending.then(() => step(exchange));
  };
}
