import type { TreeNode } from "./tree.js";

/** A value of XPath 1.0; node-sets are in document order. A fragment of a result is a node-set of its root. */
export type XPathValue = string | number | boolean | readonly TreeNode[];

/** Is the value a node-set? */
export function isNodes(value: XPathValue): value is readonly TreeNode[] {
  return typeof value === "object";
}

/** A value as text (XPath 1.0, section 4.2). */
export function stringOf(value: XPathValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return String(value);
  return value[0]?.text() ?? "";
}

const NUMBER = /^[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*$/;

/** A value as number (section 4.4); what is none is NaN. */
export function numberOf(value: XPathValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = stringOf(value);
  return text.length < 1000 && NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** A value as truth (section 4.3). */
export function booleanOf(value: XPathValue): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0 && !Number.isNaN(value);
  return value.length > 0;
}

/** A number as XPath writes it: never with an exponent. */
export function numberText(value: number): string {
  if (value === 0) return "0";
  const text = String(value);
  const exponent = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (exponent === null) return text;
  const [, sign, first, rest = "", power] = exponent;
  const digits = first! + rest;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.length <= point ? digits.padEnd(point, "0") : `${digits.slice(0, point)}.${digits.slice(point)}`}`;
}

type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=";

function compared(operator: Operator, a: string | number | boolean, b: string | number | boolean): boolean {
  switch (operator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

/** Comparison by XPath 1.0, section 3.4: of node-sets some node must fit. */
export function compare(operator: Operator, left: XPathValue, right: XPathValue, charge: (steps: number) => void): boolean {
  if (isNodes(left) || isNodes(right)) {
    if (typeof left === "boolean" || typeof right === "boolean") return atoms(operator, booleanOf(left), booleanOf(right));
    const lefts = isNodes(left) ? left.map((node) => node.text()) : [left];
    const rights = isNodes(right) ? right.map((node) => node.text()) : [right];
    charge(lefts.length + rights.length);
    if (operator === "=" && isNodes(left) && isNodes(right)) {
      const texts = new Set(lefts);
      return rights.some((text) => texts.has(text));
    }
    return lefts.some((a) => {
      charge(rights.length);
      return rights.some((b) => atoms(operator, a, b));
    });
  }
  return atoms(operator, left, right);
}

function atoms(operator: Operator, left: string | number | boolean, right: string | number | boolean): boolean {
  if (operator === "=" || operator === "!=") {
    if (typeof left === "boolean" || typeof right === "boolean") return compared(operator, booleanOf(left), booleanOf(right));
    if (typeof left === "number" || typeof right === "number") return compared(operator, numberOf(left), numberOf(right));
    return compared(operator, left, right);
  }
  return compared(operator, numberOf(left), numberOf(right));
}
