import type { BoundExpression } from "../bound/tree.js";
import { toFormat } from "../dotnet/format/value.js";
import { toText } from "../dotnet/object.js";
import type { Run } from "../runtime/run.js";
import type { Evaluator } from "./frame.js";

type Text = Extract<BoundExpression, { kind: "Text" }>;

/** Compiles the text of a value, for concatenation and interpolation. */
export function compileText(node: Text, compile: (node: BoundExpression) => Evaluator): Evaluator {
  const { format, alignment } = node;
  const text = format === null || format === "" ? plainText(node.operand, compile) : formatted(compile(node.operand), format);
  if (alignment === 0) return text;
  const width = Math.abs(alignment);
  return (frame) => {
    const value = text(frame) as string;
    if (value.length >= width) return value;
    frame.run.allocate(width);
    return alignment > 0 ? value.padStart(width) : value.padEnd(width);
  };
}

function formatted(operand: Evaluator, format: string): Evaluator {
  return (frame) => {
    const text = toFormat(operand(frame), format);
    frame.run.allocate(text.length);
    return text;
  };
}

/** An int, long, char or bool that is only boxed for the purpose needs no box on the way to its text. */
function plainText(operand: BoundExpression, compile: (node: BoundExpression) => Evaluator): Evaluator {
  const source = operand.kind === "Convert" && operand.conversion.kind === "box" ? operand.operand : operand;
  switch (source.type.definitionName) {
    case "System.String": {
      const raw = compile(source);
      return (frame) => (raw(frame) as string | null) ?? "";
    }
    case "System.Int32":
    case "System.Int64": {
      const raw = compile(source);
      return (frame) => String(raw(frame));
    }
    case "System.Char": {
      const raw = compile(source);
      return (frame) => String.fromCharCode(raw(frame) as number);
    }
    case "System.Boolean": {
      const raw = compile(source);
      return (frame) => (raw(frame) === true ? "True" : "False");
    }
    default: {
      const value = compile(operand);
      return (frame) => {
        const text = toText(value(frame));
        frame.run.allocate(text.length >> 3);
        frame.run.steps(text.length >> 6);
        return text;
      };
    }
  }
}

/**
 * What a concatenation costs. The engine shares the longest part instead of copying it, so that part counts an eighth: building a
 * text piece by piece stays cheap, doubling it does not.
 */
const JOINT = 8;

function charge(run: Run, total: number, longest: number): void {
  run.allocate(JOINT + total - longest + (longest >> 3));
}

function join2(run: Run, a: string, b: string): string {
  const total = a.length + b.length;
  charge(run, total, Math.max(a.length, b.length));
  return a + b;
}

/** Compiles a concatenation; null parts count as empty. */
export function compileConcat(parts: readonly Evaluator[], isNullable: readonly boolean[]): Evaluator {
  const [a, b, c] = parts.map((part, i) => (isNullable[i] ? orEmpty(part) : part));
  if (parts.length === 2) return (frame) => join2(frame.run, a!(frame) as string, b!(frame) as string);
  if (parts.length === 3)
    return (frame) => {
      const x = a!(frame) as string;
      const y = b!(frame) as string;
      const z = c!(frame) as string;
      charge(frame.run, x.length + y.length + z.length, Math.max(x.length, y.length, z.length));
      return x + y + z;
    };
  return (frame) => {
    let text = "";
    let longest = 0;
    for (const part of parts) {
      const piece = part(frame) as string | null;
      if (piece === null) continue;
      if (piece.length > longest) longest = piece.length;
      text += piece;
    }
    charge(frame.run, text.length, longest);
    return text;
  };
}

function orEmpty(part: Evaluator): Evaluator {
  return (frame) => part(frame) ?? "";
}
