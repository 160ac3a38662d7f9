import { parseXml } from "../../bodies/xml.js";
import { ResultBuilder } from "./builder.js";
import type { Evaluation } from "./evaluation.js";
import type { Frame, Instruction, Parameters, Run, Scope } from "./frame.js";
import { bindingValue, evaluationOf, runBody } from "./instructions.js";
import { defaultDecimalFormat, formatNumber } from "./numbering.js";
import { type OutputOptions, serialize } from "./serialize.js";
import type { SpaceRule, Stylesheet, Template } from "./stylesheet.js";
import { numberTree, type TreeNode, treeOf, XML_URI } from "./tree.js";
import type { XPathValue } from "./values.js";

/** What one transformation may use. */
export interface TransformLimits {
  /** Nodes looked at and instructions run. */
  readonly steps: number;
  /** Templates inside of one another. */
  readonly depth: number;
  /** Characters of results and of fragments, all together. */
  readonly characters: number;
}

/** The transformation takes more than it may. */
export class TransformLimitError extends Error {}

/** A stylesheet's parameters by name. */
export type StylesheetParameters = ReadonlyMap<string, string>;

/**
 * Runs a stylesheet over a document. Throws SyntaxError for a document that is not well-formed and for what cannot be done,
 * TransformLimitError where limits end it.
 */
export function transform(sheet: Stylesheet, xml: string, parameters: StylesheetParameters, limits: TransformLimits): string {
  const document = treeOf(parseXml(xml, { keepsAsides: true }).root);
  stripSpaces(document, sheet.spaces, false);
  const run = new Transformation(sheet, document, parameters, limits);
  return run.result(sheet.output);
}

class Transformation implements Run {
  private steps: number;
  private characters: number;
  private depth = 0;
  private readonly globals: Scope = { values: new Map(), outer: null };
  private readonly open = new Set<string>();
  private readonly indexes = new Map<string, WeakMap<TreeNode, Map<string, TreeNode[]>>>();
  private readonly ids = new Map<TreeNode, string>();
  private readonly byMode = new Map<string, readonly Rule[]>();

  constructor(
    private readonly sheet: Stylesheet,
    private readonly document: TreeNode,
    private readonly parameters: StylesheetParameters,
    private readonly limits: TransformLimits,
  ) {
    this.steps = limits.steps;
    this.characters = limits.characters;
  }

  result(output: OutputOptions): string {
    const out = this.builder();
    this.apply([this.document], "", new Map(), this.frame(this.document, out));
    return serialize(out.root, output, (characters) => this.chargeText(characters));
  }

  charge(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new TransformLimitError(`The transformation takes more than ${this.limits.steps} steps.`);
  }

  apply(nodes: readonly TreeNode[], mode: string, parameters: Parameters, frame: Frame): void {
    for (const [i, node] of nodes.entries()) {
      this.charge(1);
      const inner = { ...frame, node, position: i + 1, size: nodes.length };
      const template = this.templateFor(node, mode, inner);
      if (template !== null) this.enter(template, parameters, inner);
      else this.builtIn(node, mode, inner);
    }
  }

  call(name: string, parameters: Parameters, frame: Frame): void {
    const template = this.sheet.named.get(name);
    if (template === undefined) throw new SyntaxError(`There is no template with the name ${name}.`);
    this.enter(template, parameters, frame);
  }

  fragment(body: readonly Instruction[], frame: Frame): TreeNode {
    const out = this.builder();
    runBody(body, { ...frame, out });
    numberTree(out.root);
    return out.root;
  }

  variable(name: string, scope: Scope): XPathValue {
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      const value = at.values.get(name);
      if (value !== undefined) return value;
    }
    return this.global(name);
  }

  key(name: string, value: string, of: TreeNode): readonly TreeNode[] {
    const keys = this.sheet.keys.get(name);
    if (keys === undefined) throw new SyntaxError(`There is no key ${name}.`);
    let trees = this.indexes.get(name);
    if (trees === undefined) this.indexes.set(name, (trees = new WeakMap()));
    const { top } = of;
    let index = trees.get(top);
    if (index === undefined) {
      index = new Map();
      trees.set(top, index);
      for (const node of everyNode(top)) {
        const evaluation = evaluationOf(this.frame(node, this.builder()));
        for (const { patterns, use } of keys) {
          this.charge(1);
          if (!patterns.some((pattern) => pattern.matches(node, evaluation))) continue;
          const used = use(evaluation);
          const texts = typeof used === "object" ? used.map((item) => item.text()) : [String(used)];
          for (const text of new Set(texts)) {
            const known = index.get(text);
            if (known === undefined) index.set(text, [node]);
            else if (known.at(-1) !== node) known.push(node);
          }
        }
      }
    }
    return index.get(value) ?? [];
  }

  formatNumber(value: number, picture: string, format: string): string {
    const found = this.sheet.formats.get(format) ?? (format === "" ? defaultDecimalFormat : undefined);
    if (found === undefined) throw new SyntaxError(`There is no decimal format ${format}.`);
    return formatNumber(value, picture, found);
  }

  identify(node: TreeNode): string {
    let id = this.ids.get(node);
    if (id === undefined) this.ids.set(node, (id = `id${this.ids.size + 1}`));
    return id;
  }

  private builder(): ResultBuilder {
    return new ResultBuilder((characters) => this.chargeText(characters));
  }

  private chargeText(characters: number): void {
    this.characters -= characters;
    if (this.characters < 0)
      throw new TransformLimitError(`The transformation writes more than ${this.limits.characters} characters.`);
  }

  private frame(node: TreeNode, out: ResultBuilder): Frame {
    return { node, position: 1, size: 1, out, scope: this.globals, run: this };
  }

  private global(name: string): XPathValue {
    const known = this.globals.values.get(name);
    if (known !== undefined) return known;
    const binding = this.sheet.globals.find((candidate) => candidate.name === name);
    if (binding === undefined) throw new SyntaxError(`There is no variable $${name}.`);
    if (this.open.has(name)) throw new SyntaxError(`The variable $${name} needs itself.`);
    this.open.add(name);
    const given = binding.isParameter ? this.parameters.get(name) : undefined;
    const value = given ?? bindingValue(binding, this.frame(this.document, this.builder()));
    this.open.delete(name);
    this.globals.values.set(name, value);
    return value;
  }

  private enter(template: Template, parameters: Parameters, frame: Frame): void {
    if (++this.depth > this.limits.depth)
      throw new TransformLimitError(`Templates are nested more than ${this.limits.depth} levels deep.`);
    const scope: Scope = { values: new Map(), outer: this.globals };
    const inner = { ...frame, scope };
    for (const parameter of template.parameters) {
      const given = parameters.get(parameter.name);
      scope.values.set(parameter.name, given ?? bindingValue(parameter, inner));
    }
    runBody(template.body, inner);
    this.depth--;
  }

  private templateFor(node: TreeNode, mode: string, frame: Frame): Template | null {
    let rules = this.byMode.get(mode);
    if (rules === undefined) this.byMode.set(mode, (rules = rulesOf(this.sheet, mode)));
    const evaluation: Evaluation = evaluationOf({ ...frame, node });
    for (const { pattern, template } of rules) {
      this.charge(1);
      if (pattern.matches(node, evaluation)) return template;
    }
    return null;
  }

  /** The rules that hold without a template (section 5.8). */
  private builtIn(node: TreeNode, mode: string, frame: Frame): void {
    if (node.kind === "text" || node.kind === "attribute") frame.out.text(node.value);
    if (node.kind !== "root" && node.kind !== "element") return;
    if (++this.depth > this.limits.depth)
      throw new TransformLimitError(`Templates are nested more than ${this.limits.depth} levels deep.`);
    this.apply(node.children, mode, new Map(), frame);
    this.depth--;
  }
}

interface Rule {
  readonly pattern: Template["patterns"][number]["pattern"];
  readonly priority: number;
  readonly template: Template;
}

/** The rules of a mode, those first that win. */
function rulesOf({ templates }: Stylesheet, mode: string): readonly Rule[] {
  return templates
    .filter((template) => template.mode === mode)
    .flatMap((template) => template.patterns.map(({ pattern, priority }) => ({ pattern, priority, template })))
    .sort((a, b) => b.priority - a.priority || b.template.order - a.template.order);
}

function* everyNode(top: TreeNode): Generator<TreeNode> {
  const pending = [top];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    yield* node.attributes;
    for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!);
  }
}

/** Takes texts of nothing but blanks out of the elements that rules name (section 3.4). */
function stripSpaces(node: TreeNode, rules: readonly SpaceRule[], keeps: boolean): void {
  if (rules.length === 0) return;
  const space = node.attribute("space", XML_URI);
  const isKept = space === null ? keeps : space === "preserve";
  if (node.kind === "element" && !isKept && isStripped(node, rules)) {
    const left = node.children.filter((child) => child.kind !== "text" || !/^[ \t\r\n]*$/.test(child.value));
    node.children.splice(0, node.children.length, ...left);
  }
  for (const child of node.children) if (child.kind === "element") stripSpaces(child, rules, isKept);
}

function isStripped({ local, uri }: TreeNode, rules: readonly SpaceRule[]): boolean {
  const name = uri === "" ? local : `{${uri}}${local}`;
  for (const wanted of [name, `{${uri}}*`, "*"]) {
    const rule = rules.findLast((candidate) => candidate.name === wanted);
    if (rule !== undefined) return !rule.keeps;
  }
  return false;
}
