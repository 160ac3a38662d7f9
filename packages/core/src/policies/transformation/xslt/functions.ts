import type { Evaluation, Expression } from "./evaluation.js";
import type { TreeNode } from "./tree.js";
import { booleanOf, isNodes, numberOf, stringOf, type XPathValue } from "./values.js";

/** A function of XPath 1.0 or of XSLT 1.0. */
export interface XPathFunction {
  readonly least: number;
  readonly most: number;
  run(evaluation: Evaluation, parameters: readonly Expression[]): XPathValue;
}

const MANY = Number.POSITIVE_INFINITY;
/** How many characters are one step of work. */
const CHARACTERS_A_STEP = 64;

const define = (
  least: number,
  most: number,
  work: (values: readonly XPathValue[], evaluation: Evaluation) => XPathValue,
): XPathFunction => ({
  least,
  most,
  run: (evaluation, parameters) =>
    work(
      parameters.map((parameter) => parameter(evaluation)),
      evaluation,
    ),
});

/** A function of texts; without a value it takes the context node's. */
const ofText = (work: (text: string) => XPathValue): XPathFunction =>
  define(0, 1, ([value], { node, host }) => {
    const text = value === undefined ? node.text() : stringOf(value);
    host.charge(text.length / CHARACTERS_A_STEP);
    return work(text);
  });

const ofTexts = (count: number, most: number, work: (texts: readonly string[]) => XPathValue): XPathFunction =>
  define(count, most, (values, { host }) => {
    const texts = values.map(stringOf);
    for (const text of texts) host.charge(text.length / CHARACTERS_A_STEP);
    return work(texts);
  });

const ofNumber = (work: (value: number) => number): XPathFunction => define(1, 1, ([value]) => work(numberOf(value!)));

const ofNode = (work: (node: TreeNode) => string): XPathFunction =>
  define(0, 1, ([value], { node }) => {
    if (value === undefined) return work(node);
    if (!isNodes(value)) throw new SyntaxError("A node-set was expected, and there is a value.");
    return value[0] === undefined ? "" : work(value[0]);
  });

const hasName = ({ kind }: TreeNode): boolean =>
  kind === "element" || kind === "attribute" || kind === "instruction" || kind === "namespace";

function nodeSet(value: XPathValue | undefined): readonly TreeNode[] {
  if (value === undefined || !isNodes(value)) throw new SyntaxError("A node-set was expected, and there is a value.");
  return value;
}

/** JavaScript's rounding of halves is XPath's: upwards. */
function substring(text: string, start: number, length: number | null): string {
  const characters = Array.from(text);
  const from = Math.round(start);
  const to = length === null ? Number.POSITIVE_INFINITY : from + Math.round(length);
  return characters.filter((_, i) => i + 1 >= from && i + 1 < to).join("");
}

function translate(text: string, from: string, to: string): string {
  const target = Array.from(to);
  const map = new Map<string, string>();
  for (const [i, character] of Array.from(from).entries()) if (!map.has(character)) map.set(character, target[i] ?? "");
  return Array.from(text, (character) => map.get(character) ?? character).join("");
}

function hasLanguage(node: TreeNode, wanted: string): boolean {
  for (let up: TreeNode | null = node; up !== null; up = up.parent) {
    const language = up.attribute("lang", "http://www.w3.org/XML/1998/namespace");
    if (language === null) continue;
    const [a, b] = [language.toLowerCase(), wanted.toLowerCase()];
    return a === b || a.startsWith(`${b}-`);
  }
  return false;
}

const nodeSetFunction = define(1, 1, ([value]) => (isNodes(value!) ? value! : nodeSet(value)));

/** By name; those of a namespace as `{uri}local`. `document` is not among them: a stylesheet reads nothing but its document. */
export const coreFunctions: ReadonlyMap<string, XPathFunction> = new Map(
  Object.entries({
    last: define(0, 0, (_, { size }) => size),
    position: define(0, 0, (_, { position }) => position),
    count: define(1, 1, ([value]) => nodeSet(value).length),
    // No document type is read, so that no attribute is an ID.
    id: define(1, 1, () => []),
    "local-name": ofNode((node) => (hasName(node) ? node.local : "")),
    "namespace-uri": ofNode((node) => node.uri),
    name: ofNode((node) => (hasName(node) ? node.name : "")),
    string: define(0, 1, ([value], { node }) => (value === undefined ? node.text() : stringOf(value))),
    concat: ofTexts(2, MANY, (texts) => texts.join("")),
    "starts-with": ofTexts(2, 2, ([text, start]) => text!.startsWith(start!)),
    contains: ofTexts(2, 2, ([text, part]) => text!.includes(part!)),
    "substring-before": ofTexts(2, 2, ([text, part]) => text!.slice(0, Math.max(0, text!.indexOf(part!)))),
    "substring-after": ofTexts(2, 2, ([text, part]) => {
      const at = text!.indexOf(part!);
      return at < 0 ? "" : text!.slice(at + part!.length);
    }),
    substring: define(2, 3, ([value, start, length], { host }) => {
      const text = stringOf(value!);
      host.charge(text.length / CHARACTERS_A_STEP);
      return substring(text, numberOf(start!), length === undefined ? null : numberOf(length));
    }),
    "string-length": ofText((text) => Array.from(text).length),
    "normalize-space": ofText((text) =>
      text
        .split(/[ \t\r\n]+/)
        .filter((part) => part !== "")
        .join(" "),
    ),
    translate: ofTexts(3, 3, ([text, from, to]) => translate(text!, from!, to!)),
    boolean: define(1, 1, ([value]) => booleanOf(value!)),
    not: define(1, 1, ([value]) => !booleanOf(value!)),
    true: define(0, 0, () => true),
    false: define(0, 0, () => false),
    lang: define(1, 1, ([value], { node }) => hasLanguage(node, stringOf(value!))),
    number: define(0, 1, ([value], { node }) => numberOf(value ?? node.text())),
    sum: define(1, 1, ([value]) => nodeSet(value).reduce((sum, node) => sum + numberOf(node.text()), 0)),
    floor: ofNumber(Math.floor),
    ceiling: ofNumber(Math.ceil),
    round: ofNumber(Math.round),
    current: define(0, 0, (_, { current }) => [current]),
    key: define(2, 2, ([name, value], { host, node }) => {
      const values = isNodes(value!) ? value!.map((item) => item.text()) : [stringOf(value!)];
      const found = new Set(values.flatMap((text) => host.key(stringOf(name!), text, node)));
      return [...found].sort((a, b) => a.order - b.order);
    }),
    "generate-id": define(0, 1, ([value], { node, host }) => {
      const of = value === undefined ? node : nodeSet(value)[0];
      return of === undefined ? "" : host.identify(of);
    }),
    "format-number": define(2, 3, ([value, picture, format], { host }) =>
      host.formatNumber(numberOf(value!), stringOf(picture!), format === undefined ? "" : stringOf(format)),
    ),
    "system-property": define(1, 1, ([name]) => {
      const property = stringOf(name!).split(":").pop()!;
      return property === "version" ? 1 : property === "vendor" ? "Turnpike" : "";
    }),
    "element-available": define(1, 1, ([name]) => stringOf(name!).startsWith("xsl:")),
    "function-available": define(1, 1, ([name]) => coreFunctions.has(stringOf(name!))),
    "unparsed-entity-uri": define(1, 1, () => ""),
    "{urn:schemas-microsoft-com:xslt}node-set": nodeSetFunction,
    "{http://exslt.org/common}node-set": nodeSetFunction,
  } satisfies Record<string, XPathFunction>),
);
