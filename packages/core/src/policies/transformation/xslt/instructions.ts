import type { Evaluation, Expression } from "./evaluation.js";
import type { Frame, Instruction, Parameters } from "./frame.js";
import { needed, words, XSL_URI } from "./markup.js";
import { compileNumber } from "./number-instruction.js";
import { type Namespaces, splitName, type TreeNode, UnknownPrefixError, XML_URI } from "./tree.js";
import { booleanOf, isNodes, numberOf, stringOf, type XPathValue } from "./values.js";
import { compileXPath, expandName, nodesOf } from "./xpath.js";

/** A variable or parameter. */
export interface Binding {
  readonly name: string;
  readonly isParameter: boolean;
  readonly select: Expression | null;
  readonly body: readonly Instruction[];
}

/** What parts of a stylesheet are compiled with. */
export interface StylesheetScope {
  readonly attributeSets: ReadonlyMap<string, readonly TreeNode[]>;
  /** Namespaces that stand for others in results. */
  readonly aliases: ReadonlyMap<string, readonly [prefix: string, uri: string]>;
}

/** Deepest use of attribute sets by one another. */
const MOST_SETS = 16;

/** What an expression of this place is evaluated in. */
export function evaluationOf({ node, position, size, run, scope }: Frame): Evaluation {
  return { node, position, size, current: node, host: run, variable: (name) => run.variable(name, scope) };
}

/** Runs a body in a scope of its own. */
export function runBody(body: readonly Instruction[], frame: Frame): void {
  const inner = { ...frame, scope: { values: new Map<string, XPathValue>(), outer: frame.scope } };
  for (const instruction of body) {
    frame.run.charge(1);
    instruction(inner);
  }
}

/** The value of a variable or parameter. */
export function bindingValue({ select, body }: Pick<Binding, "select" | "body">, frame: Frame): XPathValue {
  if (select !== null) return select(evaluationOf(frame));
  return body.length === 0 ? "" : [frame.run.fragment(body, frame)];
}

/** Compiles xsl:variable, xsl:param or xsl:with-param. */
export function compileBinding(node: TreeNode, scope: StylesheetScope): Binding {
  const select = node.attribute("select");
  return {
    name: expandName(needed(node, "name"), node.namespaces),
    isParameter: node.local === "param",
    select: select === null ? null : compileXPath(select, node.namespaces),
    body: select === null ? compileBody(node.children, scope) : [],
  };
}

/** Compiles what stands in a template or in an instruction. Throws SyntaxError. */
export function compileBody(nodes: readonly TreeNode[], scope: StylesheetScope): Instruction[] {
  const body: Instruction[] = [];
  for (const node of nodes) {
    if (node.kind === "text") {
      if (/^[ \t\r\n]*$/.test(node.value)) continue;
      const { value } = node;
      body.push(({ out }) => out.text(value));
    } else if (node.kind === "element") {
      if (node.uri !== XSL_URI) body.push(literalElement(node, scope));
      else if (node.local !== "sort" && node.local !== "fallback" && node.local !== "with-param") {
        const compile = Object.hasOwn(compilers, node.local) ? compilers[node.local] : undefined;
        if (compile === undefined) throw new SyntaxError(`<${node.name}> is no instruction of XSLT 1.0 that can stand here.`);
        body.push(compile(node, scope));
      }
    }
  }
  return body;
}

type Compile = (node: TreeNode, scope: StylesheetScope) => Instruction;

const expression = (node: TreeNode, name: string): Expression => compileXPath(needed(node, name), node.namespaces);

const childrenOf = (node: TreeNode, local: string): TreeNode[] =>
  node.children.filter((child) => child.uri === XSL_URI && child.local === local);

const compilers: Readonly<Record<string, Compile>> = {
  "apply-templates"(node, scope) {
    const select = compileXPath(node.attribute("select") ?? "node()", node.namespaces);
    const written = node.attribute("mode");
    const mode = written === null ? "" : expandName(written, node.namespaces);
    const sorts = childrenOf(node, "sort").map(compileSort);
    const parameters = withParameters(node, scope);
    return (frame) => {
      const nodes = sorted(nodesOf(select(evaluationOf(frame))), sorts, frame);
      frame.run.apply(nodes, mode, parameters(frame), frame);
    };
  },
  "call-template"(node, scope) {
    const name = expandName(needed(node, "name"), node.namespaces);
    const parameters = withParameters(node, scope);
    return (frame) => frame.run.call(name, parameters(frame), frame);
  },
  "apply-imports": () => () => undefined,
  "for-each"(node, scope) {
    const select = expression(node, "select");
    const sorts = childrenOf(node, "sort").map(compileSort);
    const body = compileBody(node.children, scope);
    return (frame) => {
      const nodes = sorted(nodesOf(select(evaluationOf(frame))), sorts, frame);
      for (const [i, item] of nodes.entries()) runBody(body, { ...frame, node: item, position: i + 1, size: nodes.length });
    };
  },
  if(node, scope) {
    const test = expression(node, "test");
    const body = compileBody(node.children, scope);
    return (frame) => {
      if (booleanOf(test(evaluationOf(frame)))) runBody(body, frame);
    };
  },
  choose(node, scope) {
    const branches = childrenOf(node, "when").map((when) => ({
      test: expression(when, "test"),
      body: compileBody(when.children, scope),
    }));
    if (branches.length === 0) throw new SyntaxError("<xsl:choose> needs a child <xsl:when>.");
    const otherwise = childrenOf(node, "otherwise").flatMap((other) => compileBody(other.children, scope));
    return (frame) => {
      const evaluation = evaluationOf(frame);
      runBody(branches.find(({ test }) => booleanOf(test(evaluation)))?.body ?? otherwise, frame);
    };
  },
  "value-of"(node) {
    const select = expression(node, "select");
    const isRaw = node.attribute("disable-output-escaping") === "yes";
    return (frame) => frame.out.text(stringOf(select(evaluationOf(frame))), isRaw);
  },
  text(node) {
    const value = node.text();
    const isRaw = node.attribute("disable-output-escaping") === "yes";
    return ({ out }) => out.text(value, isRaw);
  },
  "copy-of"(node) {
    const select = expression(node, "select");
    return (frame) => {
      const value = select(evaluationOf(frame));
      if (!isNodes(value)) return frame.out.text(stringOf(value));
      for (const item of value) frame.out.copy(item);
    };
  },
  copy(node, scope) {
    const sets = attributeSets(node.attribute("use-attribute-sets"), node.namespaces, scope);
    const body = compileBody(node.children, scope);
    return (frame) => {
      const { node: current, out } = frame;
      if (current.kind === "root") return runBody(body, frame);
      if (current.kind !== "element") return out.copy(current);
      out.open(current.prefix, current.local, current.uri, current.namespaces);
      for (const set of sets) set(frame);
      runBody(body, frame);
      out.close();
    };
  },
  element(node, scope) {
    const name = compileAvt(needed(node, "name"), node.namespaces);
    const namespace = optionalAvt(node, "namespace");
    const sets = attributeSets(node.attribute("use-attribute-sets"), node.namespaces, scope);
    const body = compileBody(node.children, scope);
    const { namespaces } = node;
    return (frame) => {
      const [prefix, local] = validName(name(frame));
      const uri = namespace?.(frame) ?? uriOf(prefix, namespaces);
      frame.out.open(uri === "" ? "" : prefix, local, uri);
      for (const set of sets) set(frame);
      runBody(body, frame);
      frame.out.close();
    };
  },
  attribute(node, scope) {
    const name = compileAvt(needed(node, "name"), node.namespaces);
    const namespace = optionalAvt(node, "namespace");
    const body = compileBody(node.children, scope);
    const { namespaces } = node;
    return (frame) => {
      const [prefix, local] = validName(name(frame));
      if (prefix === "" && local === "xmlns") throw new SyntaxError("xmlns is no attribute that can be made.");
      const uri = namespace?.(frame) ?? (prefix === "" ? "" : uriOf(prefix, namespaces));
      frame.out.attribute(prefix, local, uri, frame.run.fragment(body, frame).text());
    };
  },
  comment(node, scope) {
    const body = compileBody(node.children, scope);
    return (frame) => frame.out.comment(frame.run.fragment(body, frame).text());
  },
  "processing-instruction"(node, scope) {
    const name = compileAvt(needed(node, "name"), node.namespaces);
    const body = compileBody(node.children, scope);
    return (frame) => frame.out.instruction(validName(name(frame))[1], frame.run.fragment(body, frame).text());
  },
  variable: bind,
  param: bind,
  number: (node) => compileNumber(node, evaluationOf, (written) => compileAvt(written, node.namespaces)),
  message(node, scope) {
    const body = compileBody(node.children, scope);
    const ends = node.attribute("terminate") === "yes";
    return (frame) => {
      if (ends)
        throw new SyntaxError(`The stylesheet ended the transformation: ${frame.run.fragment(body, frame).text().slice(0, 500)}`);
    };
  },
};

function bind(node: TreeNode, scope: StylesheetScope): Instruction {
  const binding = compileBinding(node, scope);
  return (frame) => {
    frame.scope.values.set(binding.name, bindingValue(binding, frame));
  };
}

function withParameters(node: TreeNode, scope: StylesheetScope): (frame: Frame) => Parameters {
  const bindings = childrenOf(node, "with-param").map((child) => compileBinding(child, scope));
  return (frame) => new Map(bindings.map((binding) => [binding.name, bindingValue(binding, frame)]));
}

function literalElement(node: TreeNode, scope: StylesheetScope): Instruction {
  const excluded = excludedBy(node);
  const renamed = (uri: string, prefix: string): readonly [string, string] => scope.aliases.get(uri) ?? [prefix, uri];
  const [prefix, uri] = renamed(node.uri, node.prefix);
  const namespaces = [...node.namespaces]
    .filter(([known, of]) => known !== "xml" && of !== XSL_URI && of !== "" && !excluded.has(of) && !scope.aliases.has(of))
    .map(([known, of]) => [known, of] as const);
  const attributes = node.attributes
    .filter((attribute) => attribute.uri !== XSL_URI)
    .map((attribute) => {
      const [ownPrefix, ownUri] = attribute.uri === "" ? ["", ""] : renamed(attribute.uri, attribute.prefix);
      return { prefix: ownPrefix, local: attribute.local, uri: ownUri, value: compileAvt(attribute.value, node.namespaces) };
    });
  const sets = attributeSets(node.attribute("use-attribute-sets", XSL_URI), node.namespaces, scope);
  const body = compileBody(node.children, scope);
  const { local } = node;
  return (frame) => {
    const { out } = frame;
    out.open(prefix, local, uri, namespaces);
    for (const set of sets) set(frame);
    for (const attribute of attributes) out.attribute(attribute.prefix, attribute.local, attribute.uri, attribute.value(frame));
    runBody(body, frame);
    out.close();
  };
}

/** Namespaces that results do without: what the element and those around it say. */
function excludedBy(node: TreeNode): ReadonlySet<string> {
  const excluded = new Set<string>();
  for (let up: TreeNode | null = node; up !== null; up = up.parent) {
    const isOwn = up.uri === XSL_URI;
    const written = up.attribute("exclude-result-prefixes", isOwn ? "" : XSL_URI) ?? "";
    for (const prefix of words(written)) excluded.add(up.namespaces.get(prefix === "#default" ? "" : prefix) ?? "");
  }
  return excluded;
}

function attributeSets(written: string | null, namespaces: Namespaces, scope: StylesheetScope, depth = 0): Instruction[] {
  if (depth > MOST_SETS) throw new SyntaxError("Attribute sets use one another too deep.");
  return words(written ?? "").flatMap((name) => {
    const sets = scope.attributeSets.get(expandName(name, namespaces));
    if (sets === undefined) throw new SyntaxError(`There is no attribute set ${name}.`);
    return sets.flatMap((set) => [
      ...attributeSets(set.attribute("use-attribute-sets"), set.namespaces, scope, depth + 1),
      ...compileBody(set.children, scope),
    ]);
  });
}

/** One of the values by which nodes are sorted. */
interface Sort {
  readonly select: Expression;
  readonly type: (frame: Frame) => string;
  readonly order: (frame: Frame) => string;
}

function compileSort(node: TreeNode): Sort {
  return {
    select: compileXPath(node.attribute("select") ?? ".", node.namespaces),
    type: compileAvt(node.attribute("data-type") ?? "text", node.namespaces),
    order: compileAvt(node.attribute("order") ?? "ascending", node.namespaces),
  };
}

const collator = new Intl.Collator("en");

function sorted(nodes: readonly TreeNode[], sorts: readonly Sort[], frame: Frame): readonly TreeNode[] {
  if (sorts.length === 0 || nodes.length < 2) return nodes;
  const directions = sorts.map((sort) => ({
    isNumber: sort.type(frame) === "number",
    sign: sort.order(frame) === "descending" ? -1 : 1,
  }));
  const rows = nodes.map((node, i) => ({
    node,
    keys: sorts.map(({ select }, k) => {
      const value = select(evaluationOf({ ...frame, node, position: i + 1, size: nodes.length }));
      return directions[k]!.isNumber ? numberOf(value) : stringOf(value);
    }),
  }));
  frame.run.charge(nodes.length * Math.ceil(Math.log2(nodes.length)));
  rows.sort((a, b) => {
    for (const [k, { sign }] of directions.entries()) {
      const order = compareKeys(a.keys[k]!, b.keys[k]!);
      if (order !== 0) return sign * order;
    }
    return 0;
  });
  return rows.map(({ node }) => node);
}

/** What is no number comes before all numbers. */
function compareKeys(a: string | number, b: string | number): number {
  if (typeof a === "string") return collator.compare(a, String(b));
  const other = Number(b);
  if (Number.isNaN(a) || Number.isNaN(other)) return Number(Number.isNaN(other)) - Number(Number.isNaN(a));
  return a - other;
}

function optionalAvt(node: TreeNode, name: string): ((frame: Frame) => string) | null {
  const written = node.attribute(name);
  return written === null ? null : compileAvt(written, node.namespaces);
}

/** Compiles a value in which expressions stand in braces. */
function compileAvt(written: string, namespaces: Namespaces): (frame: Frame) => string {
  if (!/[{}]/.test(written)) return () => written;
  const parts: (string | Expression)[] = [];
  let text = "";
  for (let i = 0; i < written.length; i++) {
    const character = written[i]!;
    if ((character === "{" || character === "}") && written[i + 1] === character) {
      text += character;
      i++;
    } else if (character === "}") throw new SyntaxError(`The value "${written.slice(0, 100)}" has a brace that nothing opens.`);
    else if (character === "{") {
      const end = endOfBraces(written, i + 1);
      parts.push(text, compileXPath(written.slice(i + 1, end), namespaces));
      text = "";
      i = end;
    } else text += character;
  }
  parts.push(text);
  return (frame) => {
    const evaluation = evaluationOf(frame);
    return parts.map((part) => (typeof part === "string" ? part : stringOf(part(evaluation)))).join("");
  };
}

function endOfBraces(text: string, from: number): number {
  let quote = "";
  for (let i = from; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === "}") return i;
  }
  throw new SyntaxError(`The value "${text.slice(0, 100)}" has a brace that nothing closes.`);
}

const NAME = /^(?:[\p{L}_][\p{L}\p{N}._-]*:)?[\p{L}_][\p{L}\p{N}._-]*$/u;

function validName(name: string): readonly [string, string] {
  if (!NAME.test(name)) throw new SyntaxError(`"${name.slice(0, 100)}" is no name of XML.`);
  return splitName(name);
}

function uriOf(prefix: string, namespaces: Namespaces): string {
  if (prefix === "xml") return XML_URI;
  const uri = namespaces.get(prefix);
  if (uri === undefined && prefix !== "") throw new UnknownPrefixError(prefix);
  return uri ?? "";
}
