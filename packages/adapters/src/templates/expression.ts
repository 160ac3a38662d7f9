/** An expression of a template. */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "member"; readonly of: Expression; readonly name: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

/** A text that is no expression. */
export class ExpressionError extends Error {}

const DEEPEST = 200;
const NAME = /[A-Za-z_][\w.]*(?=\s*\()/y;
const MEMBER = /[A-Za-z_]\w*/y;
const NUMBER = /-?\d+/y;

/**
 * Reads an expression of Azure Resource Manager: calls, texts, whole numbers, members and indices.
 * @throws ExpressionError
 */
export function readExpression(text: string): Expression {
  const reader = new ExpressionReader(text);
  const expression = reader.expression();
  reader.end();
  return expression;
}

class ExpressionReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  expression(): Expression {
    if (++this.depth > DEEPEST) throw new ExpressionError("it is too deep");
    let left = this.primary();
    for (let sign = this.peek(); sign === "." || sign === "["; sign = this.peek()) {
      this.at++;
      if (sign === ".") left = { kind: "member", of: left, name: { kind: "literal", value: this.match(MEMBER, "a name") } };
      else {
        left = { kind: "member", of: left, name: this.expression() };
        this.expect("]");
      }
    }
    this.depth--;
    return left;
  }

  end(): void {
    if (this.peek() !== "") throw new ExpressionError("something stands behind it");
  }

  private primary(): Expression {
    const start = this.peek();
    if (start === "'") return { kind: "literal", value: this.quoted() };
    if (/[-\d]/.test(start)) return { kind: "literal", value: Number(this.match(NUMBER, "a number")) };
    const name = this.match(NAME, "a function");
    this.expect("(");
    const args: Expression[] = [];
    while (this.peek() !== ")") {
      if (args.length > 0) this.expect(",");
      args.push(this.expression());
    }
    this.at++;
    return { kind: "call", name, args };
  }

  /** A quote inside of a text is written twice. */
  private quoted(): string {
    let value = "";
    for (this.at++; ; ) {
      const close = this.text.indexOf("'", this.at);
      if (close < 0) throw new ExpressionError("a text does not end");
      value += this.text.slice(this.at, close);
      this.at = close + 1;
      if (this.text[this.at] !== "'") return value;
      value += "'";
      this.at++;
    }
  }

  private match(pattern: RegExp, what: string): string {
    this.peek();
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) throw new ExpressionError(`expected ${what} at '${this.text.slice(this.at, this.at + 10)}'`);
    this.at += found.length;
    return found;
  }

  private expect(sign: string): void {
    if (this.peek() !== sign) throw new ExpressionError(`expected '${sign}' at '${this.text.slice(this.at, this.at + 10)}'`);
    this.at++;
  }

  /** The next character that is no blank; empty at the end. */
  private peek(): string {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
    return this.text[this.at] ?? "";
  }
}
