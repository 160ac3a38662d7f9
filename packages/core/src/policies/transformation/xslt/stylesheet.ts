import { parseXml } from "../../bodies/xml.js";
import type { Expression } from "./evaluation.js";
import type { Instruction } from "./frame.js";
import { type Binding, compileBinding, compileBody, type StylesheetScope } from "./instructions.js";
import { needed, words, XSL_URI } from "./markup.js";
import { type DecimalFormat, defaultDecimalFormat } from "./numbering.js";
import { compilePattern, type Pattern } from "./pattern.js";
import { defaultOutput, type OutputOptions } from "./serialize.js";
import { type Namespaces, splitName, type TreeNode, treeOf, XML_URI } from "./tree.js";
import { compileXPath, expandName } from "./xpath.js";

/** A template with what it is chosen by. */
export interface Template {
  readonly name: string | null;
  readonly mode: string;
  readonly patterns: readonly { readonly pattern: Pattern; readonly priority: number }[];
  /** Place in the document: of templates of one priority the last one is taken. */
  readonly order: number;
  readonly parameters: readonly Binding[];
  readonly body: readonly Instruction[];
}

/** An xsl:key. */
export interface Key {
  readonly patterns: readonly Pattern[];
  readonly use: Expression;
}

/** Whether the blanks of an element are kept: by expanded name, `*` and `{uri}*`. */
export interface SpaceRule {
  readonly name: string;
  readonly keeps: boolean;
}

/** A stylesheet, compiled. */
export interface Stylesheet {
  readonly templates: readonly Template[];
  readonly named: ReadonlyMap<string, Template>;
  readonly globals: readonly Binding[];
  readonly keys: ReadonlyMap<string, readonly Key[]>;
  readonly output: OutputOptions;
  readonly formats: ReadonlyMap<string, DecimalFormat>;
  readonly spaces: readonly SpaceRule[];
}

/** Compiles a stylesheet. Throws SyntaxError that says what is wrong or refused. */
export function compileStylesheet(text: string): Stylesheet {
  const root = treeOf(parseXml(text).root).children[0]!;
  if (root.uri !== XSL_URI || (root.local !== "stylesheet" && root.local !== "transform"))
    throw new SyntaxError("A stylesheet begins with xsl:stylesheet or xsl:transform.");
  if ((root.attribute("extension-element-prefixes") ?? "").trim() !== "")
    throw new SyntaxError("extension-element-prefixes is refused: there are no extension elements.");
  if (root.attribute("version") === null) throw new SyntaxError("<xsl:stylesheet> needs the attribute version.");
  const of = (local: string): TreeNode[] => root.children.filter((child) => child.uri === XSL_URI && child.local === local);
  for (const child of root.children) checkTop(child);

  const scope: StylesheetScope = { attributeSets: grouped(of("attribute-set")), aliases: aliasesOf(of("namespace-alias")) };
  const templates = of("template").map((node, order) => compileTemplate(node, order, scope));
  const named = new Map<string, Template>();
  for (const template of templates) {
    if (template.name === null) continue;
    if (named.has(template.name)) throw new SyntaxError(`Two templates have the name ${template.name}.`);
    named.set(template.name, template);
  }
  const globals = root.children
    .filter((child) => child.uri === XSL_URI && (child.local === "variable" || child.local === "param"))
    .map((node) => compileBinding(node, scope));
  const keys = new Map<string, Key[]>();
  for (const node of of("key")) {
    const name = expandName(needed(node, "name"), node.namespaces);
    const key = {
      patterns: compilePattern(needed(node, "match"), node.namespaces),
      use: compileXPath(needed(node, "use"), node.namespaces),
    };
    keys.set(name, [...(keys.get(name) ?? []), key]);
  }
  return {
    templates,
    named,
    globals,
    keys,
    output: of("output").reduce(withOutput, defaultOutput),
    formats: new Map(
      of("decimal-format").map((node) => [
        node.attribute("name") === null ? "" : expandName(node.attribute("name")!, node.namespaces),
        formatOf(node),
      ]),
    ),
    spaces: root.children
      .filter((child) => child.uri === XSL_URI && (child.local === "strip-space" || child.local === "preserve-space"))
      .flatMap((node) =>
        words(needed(node, "elements")).map((name) => ({
          name: spaceName(name, node.namespaces),
          keeps: node.local === "preserve-space",
        })),
      ),
  };
}

const TOP = new Set([
  "template",
  "variable",
  "param",
  "key",
  "output",
  "decimal-format",
  "strip-space",
  "preserve-space",
  "attribute-set",
  "namespace-alias",
]);

function checkTop(node: TreeNode): void {
  if (node.kind === "text" && node.value.trim() !== "") throw new SyntaxError("Text stands outside of any template.");
  if (node.kind !== "element") return;
  if (node.uri === "urn:schemas-microsoft-com:xslt" && node.local === "script")
    throw new SyntaxError("Scripts are refused: a stylesheet may run nothing but XSLT.");
  if (node.uri === XSL_URI && (node.local === "include" || node.local === "import"))
    throw new SyntaxError(`<xsl:${node.local}> is refused: a stylesheet reads nothing but its document.`);
  if (node.uri === XSL_URI && !TOP.has(node.local))
    throw new SyntaxError(`<xsl:${node.local}> cannot stand at the top of a stylesheet.`);
  if (node.uri === "") throw new SyntaxError(`<${node.name}> cannot stand at the top of a stylesheet.`);
}

function compileTemplate(node: TreeNode, order: number, scope: StylesheetScope): Template {
  const match = node.attribute("match");
  const name = node.attribute("name");
  if (match === null && name === null) throw new SyntaxError("<xsl:template> needs the attribute match or name.");
  const written = node.attribute("priority");
  const priority = written === null ? null : Number(written);
  if (Number.isNaN(priority)) throw new SyntaxError(`The priority "${written}" of a template is no number.`);
  const mode = node.attribute("mode");
  const isParameter = (child: TreeNode): boolean => child.uri === XSL_URI && child.local === "param";
  return {
    name: name === null ? null : expandName(name, node.namespaces),
    mode: mode === null ? "" : expandName(mode, node.namespaces),
    patterns: (match === null ? [] : compilePattern(match, node.namespaces)).map((pattern) => ({
      pattern,
      priority: priority ?? pattern.priority,
    })),
    order,
    parameters: node.children.filter(isParameter).map((child) => compileBinding(child, scope)),
    body: compileBody(
      node.children.filter((child) => !isParameter(child)),
      scope,
    ),
  };
}

function grouped(nodes: readonly TreeNode[]): Map<string, TreeNode[]> {
  const sets = new Map<string, TreeNode[]>();
  for (const node of nodes) {
    const name = expandName(needed(node, "name"), node.namespaces);
    sets.set(name, [...(sets.get(name) ?? []), node]);
  }
  return sets;
}

function aliasesOf(nodes: readonly TreeNode[]): Map<string, readonly [string, string]> {
  return new Map(
    nodes.map((node) => {
      const uri = (name: string): readonly [string, string] => {
        const prefix = needed(node, name) === "#default" ? "" : needed(node, name);
        return [prefix, node.namespaces.get(prefix) ?? ""];
      };
      return [uri("stylesheet-prefix")[1], uri("result-prefix")];
    }),
  );
}

function withOutput(before: OutputOptions, node: TreeNode): OutputOptions {
  const method = node.attribute("method");
  if (method !== null && method !== "xml" && method !== "html" && method !== "text")
    throw new SyntaxError(`The output method "${method}" is none of xml, html and text.`);
  const flag = (name: string): boolean | null => {
    const value = node.attribute(name);
    return value === null ? null : value === "yes";
  };
  const cdata = words(node.attribute("cdata-section-elements") ?? "").map((name) => expandName(name, node.namespaces, true));
  return {
    method: method ?? before.method,
    omitsDeclaration: flag("omit-xml-declaration") ?? before.omitsDeclaration,
    standalone: node.attribute("standalone") ?? before.standalone,
    indents: flag("indent") ?? before.indents,
    mediaType: node.attribute("media-type") ?? before.mediaType,
    doctypePublic: node.attribute("doctype-public") ?? before.doctypePublic,
    doctypeSystem: node.attribute("doctype-system") ?? before.doctypeSystem,
    cdataElements: new Set([...before.cdataElements, ...cdata]),
  };
}

function formatOf(node: TreeNode): DecimalFormat {
  const of = (name: string, otherwise: string): string => node.attribute(name) ?? otherwise;
  const plain = defaultDecimalFormat;
  return {
    decimal: of("decimal-separator", plain.decimal),
    grouping: of("grouping-separator", plain.grouping),
    infinity: of("infinity", plain.infinity),
    minus: of("minus-sign", plain.minus),
    nan: of("NaN", plain.nan),
    percent: of("percent", plain.percent),
    perMille: of("per-mille", plain.perMille),
    zero: of("zero-digit", plain.zero),
    digit: of("digit", plain.digit),
    separator: of("pattern-separator", plain.separator),
  };
}

function spaceName(name: string, namespaces: Namespaces): string {
  const [prefix, local] = splitName(name);
  if (local !== "*" || prefix === "") return name === "*" ? "*" : expandName(name, namespaces);
  return `{${prefix === "xml" ? XML_URI : namespaces.get(prefix)}}*`;
}
