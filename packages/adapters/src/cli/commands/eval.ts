import { readFileSync } from "node:fs";
import { contextGlobals, contextTypes, createFixtureContext, type Fixture, maskSecrets } from "@turnpike/core/tools";
import {
  type CompiledExpression,
  compileExpression,
  type Description,
  type Diagnostic,
  describeValue,
  LimitError,
  NetException,
  type Usage,
} from "@turnpike/expressions";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { formatDiagnostic } from "../diagnostics.js";

/** `turnpike eval`: what an expression gives. */
export const evalCommand: Command = {
  usage: "eval EXPRESSION [--context FIXTURE.json] | eval --batch IN.jsonl",
  printsValues: true,
  details: [
    "EXPRESSION is written as in a policy document, @(...) or @{...}; without the brackets @(...) is meant.",
    "The fixture is a JSON object of what `context` holds: request, response, variables, user, product …",
  ],
  options: {
    context: { type: "string", short: "c", value: "FILE", help: "a JSON fixture of the request and what else `context` shows" },
    batch: { type: "string", value: "FILE", help: 'evaluates {"id","expr","context"} lines and prints one result a line' },
    language: { type: "string", value: "NAME", help: "csharp (default) or javascript" },
  },
  async run(call) {
    const batch = call.text("batch");
    if (batch !== undefined) return evaluateBatch(batch, call);
    const [source, ...others] = call.positionals;
    if (source === undefined || others.length > 0)
      throw new UsageError(
        source === undefined ? "'eval' needs an expression." : "'eval' takes one expression; put it in quotes.",
        "Example: turnpike eval '@(context.Request.Method)'",
      );
    return evaluateOne(asExpression(source), readFixture(call.text("context")), call);
  },
};

/** One line of a result: what the value is, or in which phase it failed and how. */
export type EvalResult =
  | ({ readonly ok: true } & Description)
  | { readonly ok: false; readonly phase: "compile" | "run"; readonly exception: string; readonly message: string };

function languageOf(call: CommandCall): "csharp" | "javascript" {
  const language = call.text("language") ?? "csharp";
  if (language !== "csharp" && language !== "javascript")
    throw new UsageError(`Invalid language '${language}': expected csharp or javascript.`);
  return language;
}

function asExpression(source: string): string {
  const text = source.trim();
  return text.startsWith("@(") || text.startsWith("@{") ? text : `@(${text})`;
}

function readFixture(file: string | undefined): Fixture {
  if (file === undefined) return {};
  const text = readFileSync(file, "utf8");
  try {
    return parseFixture(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseFixture(value: unknown): Fixture {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Error("Invalid fixture: expected a JSON object.");
  return value;
}

function compile(source: string, language: "csharp" | "javascript") {
  return compileExpression(source, { language, globals: contextGlobals, types: contextTypes });
}

/** Evaluates; a failure of the fixture itself counts as a failure of the run. */
function evaluate(expression: CompiledExpression, fixture: Fixture, usage?: Usage): EvalResult {
  try {
    const value = expression.evaluate([createFixtureContext(fixture)], undefined, usage);
    return { ok: true, ...describeValue(value, expression.scope) };
  } catch (error) {
    return { ok: false, phase: "run", ...failureOf(error) };
  }
}

function failureOf(error: unknown): { exception: string; message: string } {
  if (error instanceof NetException) return { exception: error.typeName, message: error.message };
  if (error instanceof LimitError) return { exception: `limit:${error.limit}`, message: error.message };
  return { exception: "fixture", message: error instanceof Error ? error.message : String(error) };
}

function compileFailure(diagnostics: readonly Diagnostic[]): EvalResult {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  return {
    ok: false,
    phase: "compile",
    exception: first?.code ?? "TP0000",
    message: maskSecrets(first?.message ?? "The expression does not compile."),
  };
}

function evaluateOne(source: string, fixture: Fixture, call: CommandCall): number {
  const { output } = call;
  const { expression, diagnostics } = compile(source, languageOf(call));
  if (call.has("json")) {
    const result = expression === null ? compileFailure(diagnostics) : evaluate(expression, fixture);
    output.print(JSON.stringify(result));
    return result.ok ? 0 : 1;
  }
  for (const diagnostic of diagnostics) output.complain(frameOf(source, diagnostic, output.stderr));
  if (expression === null) return 1;
  const usage: Usage = { steps: 0, memory: 0 };
  const result = evaluate(expression, fixture, usage);
  if (!result.ok) {
    output.complain(maskSecrets(`${result.exception}: ${result.message}`));
    return 1;
  }
  const { type, value, text } = result;
  output.print(`value  ${typeof value === "string" ? value : JSON.stringify(value, null, 2)}`);
  output.print(`type   ${type ?? "null"}${expression.type === type ? "" : ` (${expression.type} at compile time)`}`);
  if (text !== undefined && text !== null && text !== value) output.print(`text   ${text}`);
  output.print(`steps  ${usage.steps}`);
  return 0;
}

function frameOf(source: string, diagnostic: Diagnostic, stream: NodeJS.WriteStream): string {
  const { severity, code, message, hint } = diagnostic;
  const start = placeOf(source, diagnostic.start);
  const end = placeOf(source, diagnostic.end);
  return formatDiagnostic(
    {
      severity,
      code,
      message: maskSecrets(message),
      file: "expression",
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      ...(hint === undefined ? {} : { hint }),
    },
    source,
    stream,
  );
}

function placeOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const LINES_A_WRITE = 200;

/** Evaluates every line, whatever the line holds: a broken one gets an answer as well. */
function evaluateBatch(file: string, call: CommandCall): number {
  const language = languageOf(call);
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  let pending: string[] = [];
  const flush = () => {
    if (pending.length > 0) call.output.print(pending.join("\n"));
    pending = [];
  };
  for (const line of lines) {
    if (line.trim() === "") continue;
    pending.push(JSON.stringify(answer(line, language)));
    if (pending.length >= LINES_A_WRITE) flush();
  }
  flush();
  return 0;
}

function answer(line: string, language: "csharp" | "javascript"): EvalResult & { readonly id: unknown } {
  let id: unknown = null;
  try {
    const item = JSON.parse(line) as { id?: unknown; expr?: unknown; context?: unknown } | null;
    id = item?.id ?? null;
    if (typeof item?.expr !== "string")
      return { id, ok: false, phase: "compile", exception: "input", message: "The line has no expr." };
    const { expression, diagnostics } = compile(item.expr, language);
    if (expression === null) return { id, ...compileFailure(diagnostics) };
    return { id, ...evaluate(expression, parseFixture(item.context)) };
  } catch (error) {
    return { id, ok: false, phase: "run", exception: "input", message: error instanceof Error ? error.message : String(error) };
  }
}
