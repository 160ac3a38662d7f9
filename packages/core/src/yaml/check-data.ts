import type { Problem } from "../diagnostics/problem.js";
import { yamlProblems } from "./problems.js";
import type { Shape } from "./shape.js";

/** What is wrong with a part of plain data. */
export interface DataProblem {
  /** Keys and indices that lead to it. */
  readonly path: readonly (string | number)[];
  /** Whether it is the key at the end of the path that is wrong, or what stands there. */
  readonly part: "key" | "value";
  readonly problem: Problem;
}

/**
 * Holds plain data against a shape.
 * @param whole what the data as a whole is called in messages
 */
export function checkData(data: unknown, shape: Shape, whole: string): DataProblem[] {
  const problems: DataProblem[] = [];
  check(data, shape, [], whole, problems);
  return problems;
}

function check(data: unknown, shape: Shape, path: readonly (string | number)[], whole: string, problems: DataProblem[]): void {
  const name = path.length === 0 ? whole : showPath(path);
  switch (shape.kind) {
    case "any":
      return;
    case "either": {
      const fitting = shape.shapes.find((alternative) => fits(data, alternative));
      if (fitting !== undefined) return check(data, fitting, path, whole, problems);
      problems.push({
        path,
        part: "value",
        problem: yamlProblems.unexpectedValue(name, shape.shapes.map(describe).join(" or ")),
      });
      return;
    }
    case "list":
      if (!Array.isArray(data)) break;
      data.forEach((item, index) => check(item, shape.of, [...path, index], whole, problems));
      return;
    case "map":
      if (!isMapping(data)) break;
      for (const [key, value] of Object.entries(data))
        if (value !== undefined) check(value, shape.of, [...path, key], whole, problems);
      return;
    case "object":
      if (!isMapping(data)) break;
      return checkObject(data, shape, path, whole, problems);
    default:
      if (fits(data, shape)) return;
  }
  problems.push({ path, part: "value", problem: yamlProblems.unexpectedValue(name, describe(shape)) });
}

function checkObject(
  data: Readonly<Record<string, unknown>>,
  shape: Extract<Shape, { kind: "object" }>,
  path: readonly (string | number)[],
  whole: string,
  problems: DataProblem[],
): void {
  for (const [key, value] of Object.entries(data)) {
    const inner = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    if (inner === undefined) {
      const where = path.length === 0 ? null : showPath(path);
      problems.push({
        path: [...path, key],
        part: "key",
        problem: yamlProblems.unknownKey(key, where, Object.keys(shape.keys)),
      });
    } else if (value !== undefined) check(value, inner, [...path, key], whole, problems);
  }
  for (const name of shape.required ?? [])
    if (data[name] === undefined)
      problems.push({ path, part: "value", problem: yamlProblems.keyMissing(path.length === 0 ? whole : showPath(path), name) });
}

/** `apis.payments.operations[2]` */
export function showPath(path: readonly (string | number)[]): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

function isMapping(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data) && !(data instanceof Uint8Array);
}

function fits(data: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case "any":
      return true;
    case "text":
      return typeof data === "string" || (shape.orNull === true && data === null);
    case "number":
      return typeof data === "number" || (shape.orNull === true && data === null);
    case "count":
      return Number.isSafeInteger(data) && (data as number) >= 1;
    case "boolean":
      return typeof data === "boolean" || (shape.orNull === true && data === null);
    case "scalar":
      return ["string", "number", "boolean"].includes(typeof data) || (shape.orNull === true && data === null);
    case "word":
      return typeof data === "string" && shape.words.includes(data);
    case "list":
      return Array.isArray(data);
    case "map":
    case "object":
      return isMapping(data);
    case "either":
      return shape.shapes.some((alternative) => fits(data, alternative));
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
    case "count":
      return "a whole number from 1";
    case "either":
      return shape.shapes.map(describe).join(" or ");
    default:
      return "text";
  }
}
