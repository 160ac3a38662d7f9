import { CreationParser } from "./parser-creation.js";
import type { Lambda, LambdaParameter } from "./syntax.js";
import { syntaxErrors } from "./syntax-errors.js";

const MODIFIERS: ReadonlySet<string> = new Set(["ref", "out", "in", "params"]);

/** Lambdas and anonymous methods. */
export abstract class LambdaParser extends CreationParser {
  /** `x =>`, or brackets around parameters with `=>` behind. */
  protected isLambda(): boolean {
    if (this.at("identifier")) return this.peek(1).type === "=>";
    if (!this.at("(")) return false;
    if (this.peek(1).type === ")") return this.peek(2).type === "=>";
    let at = 0;
    do {
      at = this.scanParameter(at + 1);
      if (at < 0) return false;
    } while (this.peek(at).type === ",");
    return this.peek(at).type === ")" && this.peek(at + 1).type === "=>";
  }

  /** Looks over `x`, `int x` or `out int x`. */
  private scanParameter(ahead: number): number {
    let at = ahead;
    if (MODIFIERS.has(this.peek(at).type)) at++;
    if (this.peek(at).type === "identifier" && /^[,)]$/.test(this.peek(at + 1).type)) return at + 1;
    at = this.scanType(at);
    return at >= 0 && this.peek(at).type === "identifier" ? at + 1 : -1;
  }

  protected lambda(): Lambda {
    const { start, name, end } = this.token;
    let parameters: LambdaParameter[];
    if (this.accept("identifier")) parameters = [{ type: null, name, mode: "value", start, end }];
    else {
      this.advance();
      parameters = this.list(")", false, () => this.lambdaParameter());
    }
    this.expect("=>");
    const body = this.at("{") ? this.block() : this.expressionOrThrow();
    return { kind: "Lambda", parameters, body, start, end: this.previousEnd };
  }

  private lambdaParameter(): LambdaParameter {
    const { start, type: modifier } = this.token;
    if (MODIFIERS.has(modifier)) this.advance();
    const mode = modifier === "ref" || modifier === "out" ? modifier : "value";
    const isTyped = !(this.at("identifier") && /^[,)]$/.test(this.peek(1).type));
    const type = isTyped ? this.type() : null;
    const name = this.identifier();
    return { type, name, mode, start, end: this.previousEnd };
  }

  /** `delegate (int x) { … }`, `delegate { … }` */
  protected delegate(): Lambda {
    const { start } = this.advance();
    let parameters: LambdaParameter[] | null = null;
    if (this.accept("(")) parameters = this.list(")", false, () => this.lambdaParameter());
    const body = this.block();
    return { kind: "Lambda", parameters, body, start, end: this.previousEnd };
  }

  /** `async` or `static` before a lambda: told, and passed over. */
  protected lambdaModifier(): boolean {
    const next = this.peek(1).type;
    const isBefore = next === "delegate" || next === "(" || (next === "identifier" && this.peek(2).type === "=>");
    if (!isBefore || (next === "(" && !this.isLambdaAhead())) return false;
    const { start, end } = this.token;
    this.complain(
      start,
      end,
      this.at("static")
        ? syntaxErrors.feature("static anonymous function", "9.0", "Leave out static.")
        : syntaxErrors.unsupported("Asynchronous functions", "Expressions run synchronously: leave out async and await."),
    );
    this.advance();
    return true;
  }

  /** Behind a modifier: does the closing bracket have `=>` behind it? */
  private isLambdaAhead(): boolean {
    let depth = 0;
    for (let at = 1; ; at++) {
      const { type } = this.peek(at);
      if (type === "(") depth++;
      else if (type === ")" && --depth === 0) return this.peek(at + 1).type === "=>";
      else if (type === "end" || type === ";") return false;
    }
  }
}
