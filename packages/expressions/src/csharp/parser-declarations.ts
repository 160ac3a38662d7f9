import { ExpressionParser } from "./parser-expressions.js";
import type { Argument, Block, Declarator, Expression, FunctionParameter, Statement, TypeSyntax } from "./syntax.js";
import { syntaxErrors, tokenExpected } from "./syntax-errors.js";
import { PREDEFINED_TYPES } from "./tokens.js";

const PARAMETER_MODES: ReadonlySet<string> = new Set(["ref", "out", "params", "in", "this"]);

/** Declarations among statements: variables, constants, local functions, deconstruction. */
export abstract class DeclarationParser extends ExpressionParser {
  /** A semicolon; where it is missing, reading goes on with the next line or behind the next semicolon. */
  protected semicolon(): void {
    if (this.accept(";")) {
      this.resume();
      return;
    }
    this.missing(tokenExpected(";"));
    if (this.token.startsLine || this.at("}")) this.resume();
  }

  /** True if a declaration (a variable's or a local function's) begins here. */
  protected isDeclaration(): boolean {
    const { type } = this.token;
    if (type === "void") return true;
    if (PREDEFINED_TYPES.has(type)) return this.peek(1).type !== "." && this.peek(1).type !== "(";
    if ((type !== "identifier" && type !== "(") || this.isWord("await")) return false;
    const behind = this.scanType(0);
    return behind > 0 && this.peek(behind).type === "identifier";
  }

  /** A variable's declaration or a local function. */
  protected declaration(): Statement {
    const { start } = this.token;
    const type = this.type();
    if (this.isFunction()) {
      return this.localFunction(start, type);
    }
    const declarators = this.declarators();
    this.semicolon();
    return { kind: "LocalDeclaration", isConst: false, type, declarators, start, end: this.previousEnd };
  }

  /** Behind the type: a name with parameters, not a variable (or an attempt to call a constructor). */
  private isFunction(): boolean {
    const next = this.peek(1).type;
    if (!this.at("identifier") || next !== "(") return this.at("identifier") && next === "<";
    const first = this.peek(2).type;
    const behind = this.scanType(2);
    return first === ")" || PARAMETER_MODES.has(first) || (behind > 0 && this.peek(behind).type === "identifier");
  }

  /** A variable's declaration without its semicolon, in the head of `for` and `using`. */
  protected headDeclaration(): Statement {
    const { start } = this.token;
    const type = this.type();
    const declarators = this.declarators();
    return { kind: "LocalDeclaration", isConst: false, type, declarators, start, end: this.previousEnd };
  }

  /** `ref int y = ref x;` */
  protected referenceDeclaration(): Statement {
    const { start } = this.advance();
    const type = this.type();
    const declarators: Declarator[] = [];
    do declarators.push(this.referenceDeclarator());
    while (!this.isPanicking && this.accept(","));
    this.semicolon();
    return { kind: "LocalDeclaration", isConst: false, isRef: true, type, declarators, start, end: this.previousEnd };
  }

  private referenceDeclarator(): Declarator {
    const { start } = this.token;
    const name = this.identifier();
    if (!this.at("=")) this.missing(syntaxErrors.referenceWithoutValue());
    else if (this.peek(1).type !== "ref") this.reportToken(syntaxErrors.valueForReference());
    else {
      this.advance();
      this.advance();
    }
    const value = this.expression();
    return { name, value, start, end: this.previousEnd };
  }

  /** `const int x = 5;` */
  protected constantDeclaration(): Statement {
    const { start } = this.advance();
    const isUntyped = this.at("identifier") && this.peek(1).type === "=";
    if (isUntyped) this.complain(this.token.start, this.token.end, syntaxErrors.typeExpected());
    const missing: TypeSyntax = { kind: "NamedType", parts: [], start: this.token.start, end: this.token.start };
    const type = isUntyped ? missing : this.type();
    const declarators = this.declarators();
    const bare = declarators.find((declarator) => declarator.value === null);
    if (bare !== undefined && !this.isPanicking) {
      this.complain(bare.start, bare.end, syntaxErrors.constantWithoutValue());
    }
    this.semicolon();
    return { kind: "LocalDeclaration", isConst: true, type, declarators, start, end: this.previousEnd };
  }

  private declarators(): Declarator[] {
    const found: Declarator[] = [];
    do found.push(this.declarator());
    while (!this.isPanicking && this.accept(","));
    return found;
  }

  private declarator(): Declarator {
    const { start } = this.token;
    const name = this.identifier();
    if (this.at("[")) {
      this.complain(this.token.start, this.token.end, syntaxErrors.arrayDeclarator());
      this.skipBrackets();
    } else if (this.at("(")) this.reportToken(syntaxErrors.constructorDeclarator());
    let value: Expression | null = null;
    if (this.accept("=")) {
      if (this.at("ref")) this.reportToken(syntaxErrors.referenceForValue());
      value = this.at("{") ? this.arrayInitializer() : this.expression();
    }
    return { name, value, start, end: this.previousEnd };
  }

  private localFunction(start: number, returnType: TypeSyntax): Statement {
    const name = this.identifier();
    const typeParameters = this.accept("<") ? this.list(">", false, () => this.identifier()) : [];
    this.expect("(");
    const parameters = this.list(")", false, () => this.functionParameter());
    this.constraints();
    let body: Block | Expression;
    if (this.accept("=>")) {
      body = this.expressionOrThrow();
      this.semicolon();
    } else body = this.block();
    return { kind: "LocalFunction", returnType, name, typeParameters, parameters, body, start, end: this.previousEnd };
  }

  private functionParameter(): FunctionParameter {
    const { start, type: modifier } = this.token;
    if (PARAMETER_MODES.has(modifier)) this.advance();
    const mode = modifier === "ref" || modifier === "out" || modifier === "params" ? modifier : "value";
    const type = this.type();
    const name = this.identifier();
    const defaultValue = this.accept("=") ? this.expression() : null;
    return { type, name, mode, defaultValue, start, end: this.previousEnd };
  }

  /** `where T : class`: they restrict what may be written, not what it does. */
  private constraints(): void {
    while (this.isWord("where") && this.peek(2).type === ":") {
      this.advance();
      this.advance();
      do {
        this.advance();
        if (this.accept("new")) {
          this.expect("(");
          this.expect(")");
        } else if (!this.accept("class") && !this.accept("struct")) this.type();
      } while (this.at(","));
    }
  }

  /** `var (a, b) = …` */
  protected isDeconstruction(): boolean {
    if (!this.isWord("var") || this.peek(1).type !== "(") return false;
    let at = 1;
    do {
      if (this.peek(at + 1).type !== "identifier") return false;
      at += 2;
    } while (this.peek(at).type === ",");
    return this.peek(at).type === ")" && this.peek(at + 1).type === "=";
  }

  protected deconstruction(): Statement {
    const { start } = this.advance();
    const open = this.token.start;
    this.expect("(");
    const elements = this.list(")", false, () => this.deconstructed());
    const target: Expression = { kind: "Tuple", elements, start: open, end: this.previousEnd };
    this.expect("=");
    const value = this.expression();
    const expression: Expression = { kind: "Assignment", operator: "=", target, value, start, end: this.previousEnd };
    this.semicolon();
    return { kind: "ExpressionStatement", expression, start, end: this.previousEnd };
  }

  private deconstructed(): Argument {
    const { start } = this.token;
    const name = this.identifier();
    const end = this.previousEnd;
    const value: Expression = { kind: "DeclarationExpression", type: null, name: name === "_" ? null : name, start, end };
    return { name: null, mode: "value", value, start, end };
  }
}
