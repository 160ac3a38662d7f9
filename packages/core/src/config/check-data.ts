import { nearest, type Shape } from "../yaml/shape.js";

/** What is wrong with a part of plain data. */
export interface DataProblem {
  /** Keys and indices that lead to it. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** Holds plain JavaScript data against a shape: what the YAML reader does for files, for configurations made in code. */
export function checkData(data: unknown, shape: Shape): DataProblem[] {
  const problems: DataProblem[] = [];
  check(data, shape, [], problems);
  return problems;
}

function check(data: unknown, shape: Shape, path: readonly (string | number)[], problems: DataProblem[]): void {
  const name = path.length === 0 ? "The configuration" : showPath(path);
  switch (shape.kind) {
    case "any":
      return;
    case "either": {
      const fitting = shape.shapes.find((one) => fits(data, one));
      if (fitting !== undefined) return check(data, fitting, path, problems);
      problems.push({ path, message: `${name} must be ${shape.shapes.map(describe).join(" or ")}.` });
      return;
    }
    case "list":
      if (!Array.isArray(data)) break;
      data.forEach((item, index) => check(item, shape.of, [...path, index], problems));
      return;
    case "map":
      if (!isMapping(data)) break;
      for (const [key, value] of Object.entries(data)) if (value !== undefined) check(value, shape.of, [...path, key], problems);
      return;
    case "object":
      if (!isMapping(data)) break;
      return checkObject(data, shape, path, problems);
    default:
      if (fits(data, shape)) return;
  }
  problems.push({ path, message: `${name} must be ${describe(shape)}.` });
}

function checkObject(
  data: Readonly<Record<string, unknown>>,
  shape: Extract<Shape, { kind: "object" }>,
  path: readonly (string | number)[],
  problems: DataProblem[],
): void {
  for (const [key, value] of Object.entries(data)) {
    const inner = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    if (inner === undefined) {
      const names = Object.keys(shape.keys);
      const near = nearest(key, names);
      problems.push({
        path: [...path, key],
        message: `Unknown key "${key}"${path.length === 0 ? "" : ` in ${showPath(path)}`}.`,
        hint: near === null ? `Known keys: ${names.join(", ")}.` : `Did you mean "${near}"?`,
      });
    } else if (value !== undefined) check(value, inner, [...path, key], problems);
  }
  for (const name of shape.required ?? [])
    if (data[name] === undefined)
      problems.push({ path, message: `${path.length === 0 ? "The configuration" : showPath(path)} needs the key "${name}".` });
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
      return shape.shapes.some((one) => fits(data, one));
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
