import type { CompiledExpression } from "@turnpike/expressions";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Problem, softened } from "../diagnostics/problem.js";
import type { Value } from "../policy/define.js";
import { ExpressionValue, LiteralValue, type ValueBranch } from "../policy/value.js";
import { isOneExpression } from "../xml/expressions.js";
import type { XmlDocument } from "../xml/nodes.js";
import type { MappedText } from "../xml/source.js";
import { converter, convertLiteral, type ValueRules } from "./convert.js";
import type { CompileEnvironment } from "./environment.js";
import { substitute } from "./named-values.js";
import { isTemplatedCode, isTemplatedText, placeholderHint, standIn } from "./placeholders.js";
import type { DocumentProbes } from "./probes.js";
import { compileProblems } from "./problems.js";

/** A text of the document that is to become a value. */
export interface WrittenValue {
  /** Decoded, named values not yet put in. */
  readonly text: MappedText;
  /** The XML reader found an expression there. */
  readonly isExpression: boolean;
  readonly rules: ValueRules;
  readonly takesExpressions: boolean;
  /** What messages call it. */
  readonly name: string;
  /** Offset in the document. */
  readonly start: number;
  /** Where failures are to be placed, if not at the policy itself. */
  readonly branch: ValueBranch | null;
  /** The field's name in the failure of an expression that gives null or an empty text; null where the policy takes those. */
  readonly requiredAs: string | null;
  /** Names that are no named values are the template's own. */
  readonly isLiquid: boolean;
}

/** What a value's binding needs and tells. */
export interface ValueHost {
  readonly environment: CompileEnvironment;
  readonly document: XmlDocument;
  /** Paths (`context.Subscription`) of which it is known here that somebody has looked whether they are null. */
  readonly tested: ReadonlySet<string>;
  /** Null where nobody counts what is reached. */
  readonly probes: DocumentProbes | null;
  /** Told of every expression. */
  onExpression(expression: CompiledExpression, shape: string | undefined): void;
}

/** Turns texts into values: puts named values in, compiles expressions, converts and checks literals. */
export class ValueBinder {
  /** False once an error was reported, or something could not be judged. */
  isSound = true;
  /** Paths that the expressions so far have compared with null or otherwise tested. */
  readonly tested = new Set<string>();

  constructor(private readonly host: ValueHost) {}

  /** The value; null if it has none, because of an error. */
  bind(written: WrittenValue): Value<unknown> | null {
    const { environment } = this.host;
    const put = substitute(written.text, environment.configuration.namedValues, written.isExpression);
    if (!written.isLiquid) for (const { name, offset } of put.unknown) this.unknownName(name, offset);
    const { text } = put.value;
    if (!written.isExpression && !isOneExpression(text, this.host.document.language)) {
      // What an unknown value would be is not judged: policies see its name, as that of one that is not there.
      const shown = put.undetermined.length > 0 ? written.text.text : text;
      if (put.unknown.length + put.undetermined.length > 0 && !written.isLiquid)
        return standIn(shown, written.text.text, written.rules.type, written.takesExpressions);
      return this.literal(text, written);
    }
    if (!written.takesExpressions) {
      this.reportAt(compileProblems.noExpression(written.name), written);
      return null;
    }
    if (!put.isIncomplete) return this.expression(put.value, written);
    this.isSound = false;
    return null;
  }

  private literal(text: string, written: WrittenValue): Value<unknown> | null {
    const { rules, takesExpressions, name } = written;
    const converted = convertLiteral(text, rules);
    const problem = "error" in converted ? `${name}: ${converted.error}` : null;
    if (this.host.environment.isDetached && !written.isLiquid && isTemplatedText(text, problem !== null)) {
      if (problem !== null) this.reportAt(softened(compileProblems.valueInvalid(problem), placeholderHint), written);
      return standIn(text, written.text.text, rules.type, takesExpressions);
    }
    if ("error" in converted) {
      this.reportAt(compileProblems.valueInvalid(problem!), written);
      return null;
    }
    return new LiteralValue(converted.value, written.text.text);
  }

  private expression(code: MappedText, written: WrittenValue): Value<unknown> | null {
    const { environment, document } = this.host;
    const { rules, branch, requiredAs } = written;
    const lead = code.text.length - code.text.trimStart().length;
    const resultType = rules.type === "boolean" ? "bool" : "object";
    const { expression, diagnostics, keyReads, tested, shape } = environment.expressions.compile(
      code.text.trim(),
      resultType,
      document.language,
      rules.type === "object",
    );
    if (expression === null && environment.isDetached && isTemplatedCode(code.text)) {
      this.isSound = false;
      this.reportAt(softened(compileProblems.expressionTemplated(written.name), placeholderHint), written);
      return null;
    }
    for (const path of tested) this.tested.add(path);
    for (const { severity, code: number, message, start, end, hint, subject } of diagnostics) {
      if (subject !== undefined && this.host.tested.has(subject)) continue;
      const last = code.offset(lead + Math.max(start, end - 1)) + 1;
      const problem = { severity, code: number, message, ...(hint === undefined ? {} : { hint }) };
      this.report(problem, code.offset(lead + start), last);
    }
    for (const { member, key, start, end } of keyReads)
      if (member === "IProxyContext.Variables" && environment.variables?.has(key) === false)
        this.report(compileProblems.variableNeverSet(key), code.offset(lead + start), code.offset(lead + end - 1) + 1);
    if (expression === null) {
      this.isSound = false;
      return null;
    }
    this.host.onExpression(expression, shape);
    const run = this.host.probes?.expression(expression, code, lead, written.start) ?? expression;
    const place = document.source.place(code.offset(lead));
    const info = { source: written.text.text.trim(), place, expression: run };
    return new ExpressionValue<unknown>(converter(rules), branch, requiredAs, info);
  }

  private unknownName(name: string, offset: number): void {
    const end = offset + name.length + 4;
    if (this.host.environment.isDetached) this.report(compileProblems.namedValueNotGiven(name), offset, end);
    else this.report(compileProblems.namedValueMissing(name), offset, end);
  }

  private reportAt(problem: Problem, written: WrittenValue): void {
    this.report(problem, written.start, written.start + written.text.text.length);
  }

  /** Reports a finding at offsets of the document. */
  report(problem: Problem, start: number, end: number): void {
    if (problem.severity === "error") this.isSound = false;
    this.host.environment.diagnostics.push(diagnosticAt(this.host.document, problem, start, end));
  }
}

/** A problem with its place in a document. */
export function diagnosticAt(document: XmlDocument, problem: Problem, start: number, end: number): Diagnostic {
  const to = document.source.place(end);
  return { ...problem, ...document.source.place(start), endLine: to.line, endColumn: to.column };
}
