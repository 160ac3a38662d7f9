import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Diagnostic } from "../diagnostics.js";

/**
 * The shape that a YAML or JSON file must have: which keys, which kinds of values. Unknown keys are errors, since a typing
 * mistake in an optional key would otherwise pass in silence.
 */
export type Shape =
  | { readonly kind: "any" }
  | { readonly kind: "text" | "number" | "boolean"; readonly orNull?: boolean }
  /** Text, or a number or boolean that is taken as its text. */
  | { readonly kind: "scalar"; readonly orNull?: boolean }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly of: Shape }
  | { readonly kind: "object"; readonly keys: Readonly<Record<string, Shape>>; readonly required?: readonly string[] }
  /** The first one whose kind of YAML node fits. */
  | { readonly kind: "either"; readonly shapes: readonly Shape[] };

export const any: Shape = { kind: "any" };
export const text: Shape = { kind: "text" };
export const number: Shape = { kind: "number" };
export const boolean: Shape = { kind: "boolean" };
export const scalar: Shape = { kind: "scalar" };
export const textOrNull: Shape = { kind: "scalar", orNull: true };
export const word = (...words: readonly string[]): Shape => ({ kind: "word", words });
export const list = (of: Shape): Shape => ({ kind: "list", of });
export const map = (of: Shape): Shape => ({ kind: "map", of });
export const object = (keys: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape => ({
  kind: "object",
  keys,
  required,
});
export const either = (...shapes: readonly Shape[]): Shape => ({ kind: "either", shapes });

/** A file read: plain data, what is wrong with it, and where each part stands. */
export interface ShapedDocument {
  /** Plain JavaScript data; null if the text is not YAML at all. */
  readonly data: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /** Line and column of the value at a path of keys and indices, or of the nearest part above it. */
  placeOf(path: readonly (string | number)[]): { readonly line: number; readonly column: number };
}

/** Reads YAML (or JSON, which YAML contains) and holds it against a shape. Never throws. */
export function readShaped(source: string, file: string, shape: Shape): ShapedDocument {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, uniqueKeys: true, maxAliasCount: 100 } as Parameters<
    typeof parseDocument
  >[1]);
  const diagnostics: Diagnostic[] = [];
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  for (const error of document.errors) {
    diagnostics.push({
      severity: "error",
      code: "TP4001",
      message: error.message.split("\n")[0]!.replace(/ at line \d+.*$/, ""),
      file,
      ...at(error.pos[0]),
    });
  }
  if (diagnostics.length === 0)
    check(document.contents as Node | null, shape, "", (node, message, hint) => {
      diagnostics.push({
        severity: "error",
        code: "TP4002",
        message,
        file,
        ...at(node?.range?.[0] ?? 0),
        ...(hint === undefined ? {} : { hint }),
      });
    });
  let data: unknown = null;
  try {
    data = document.errors.length === 0 ? document.toJS({ maxAliasCount: 100 }) : null;
  } catch (error) {
    diagnostics.push({
      severity: "error",
      code: "TP4001",
      message: error instanceof Error ? error.message : String(error),
      file,
      line: 1,
      column: 1,
    });
  }
  return {
    data,
    diagnostics,
    placeOf(path) {
      let node = document.contents as Node | null;
      let offset = node?.range?.[0] ?? 0;
      for (const step of path) {
        if (isMap(node)) {
          const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
          if (pair === undefined) break;
          offset = (pair.key as Node).range?.[0] ?? offset;
          node = pair.value as Node | null;
        } else if (isSeq(node)) node = (node.items[Number(step)] as Node | undefined) ?? null;
        else break;
        if (isSeq(node) || isMap(node) || typeof step === "number") offset = node?.range?.[0] ?? offset;
      }
      return at(offset);
    },
  };
}

type Report = (node: Node | null, message: string, hint?: string) => void;

function check(node: Node | null, shape: Shape, where: string, report: Report): void {
  const name = where === "" ? "The file" : where;
  switch (shape.kind) {
    case "any":
      return;
    case "either": {
      const fitting = shape.shapes.find((one) => fits(node, one));
      if (fitting === undefined) return report(node, `${name} must be ${shape.shapes.map(describe).join(" or ")}.`);
      return check(node, fitting, where, report);
    }
    case "object":
      if (!isMap(node)) return report(node, `${name} must be a mapping.`);
      return checkObject(node, shape, where, report);
    case "map":
      if (!isMap(node)) return report(node, `${name} must be a mapping.`);
      for (const { key, value } of node.items) check(value as Node | null, shape.of, join(where, keyText(key)), report);
      return;
    case "list":
      if (!isSeq(node)) return report(node, `${name} must be a list.`);
      node.items.forEach((item, index) => check(item as Node, shape.of, `${where}[${index}]`, report));
      return;
    default:
      if (!fits(node, shape)) report(node, `${name} must be ${describe(shape)}.`);
  }
}

function checkObject(node: Node, shape: Extract<Shape, { kind: "object" }>, where: string, report: Report): void {
  if (!isMap(node)) return;
  const present = new Set<string>();
  for (const { key, value } of node.items) {
    const name = keyText(key);
    present.add(name);
    const inner = Object.hasOwn(shape.keys, name) ? shape.keys[name] : undefined;
    if (inner === undefined) {
      const near = nearest(name, Object.keys(shape.keys));
      report(
        key as Node,
        `Unknown key "${name}"${where === "" ? "" : ` in ${where}`}.`,
        near === null ? `Known keys: ${Object.keys(shape.keys).join(", ")}.` : `Did you mean "${near}"?`,
      );
    } else check(value as Node | null, inner, join(where, name), report);
  }
  for (const name of shape.required ?? [])
    if (!present.has(name)) report(node, `${where === "" ? "The file" : where} needs the key "${name}".`);
}

const keyText = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key));
const join = (where: string, key: string): string => (where === "" ? key : `${where}.${key}`);

function fits(node: Node | null, shape: Shape): boolean {
  const value = isScalar(node) ? node.value : node === null ? null : undefined;
  switch (shape.kind) {
    case "any":
      return true;
    case "text":
      return typeof value === "string" || (shape.orNull === true && value === null);
    case "number":
      return typeof value === "number" || (shape.orNull === true && value === null);
    case "boolean":
      return typeof value === "boolean" || (shape.orNull === true && value === null);
    case "scalar":
      return value !== undefined && (value !== null || shape.orNull === true);
    case "word":
      return typeof value === "string" && shape.words.includes(value);
    case "list":
      return isSeq(node);
    case "map":
    case "object":
      return isMap(node);
    case "either":
      return shape.shapes.some((one) => fits(node, one));
  }
}

function describe(shape: Shape): string {
  switch (shape.kind) {
    case "word":
      return `one of ${shape.words.join(", ")}`;
    case "list":
      return "a list";
    case "map":
    case "object":
      return "a mapping";
    case "boolean":
      return "true or false";
    case "number":
      return "a number";
    case "either":
      return shape.shapes.map(describe).join(" or ");
    default:
      return "text";
  }
}

/** The candidate nearest to a mistyped name, or null if none is near. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
