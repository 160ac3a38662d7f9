import { MAX_NESTED_CHAIN } from "./parser-grammar.js";
import { QueryParser } from "./parser-query.js";
import { canStartExpression } from "./parser-types.js";
import type { Expression, InterpolationPart, Literal, TypeSyntax } from "./syntax.js";
import { STATEMENTS, syntaxErrors, tokenExpected } from "./syntax-errors.js";
import { PREDEFINED_TYPES, type StringPart, type Token } from "./tokens.js";

/** What may stand behind `A<B>` for it to be a generic name rather than two comparisons. */
const BEHIND_GENERIC: ReadonlySet<string> = new Set("( ) ] } : ; , . ? == != | ^ && || & [ < > <= >= is as end".split(" "));

/** Tokens that begin an expression, but are no operand behind `(T)`: then the brackets hold an expression. */
const NOT_BEHIND_CAST: ReadonlySet<string> = new Set(["+", "-", "++", "--", "switch", "[", "{"]);

const SIZES: ReadonlyMap<string, number> = new Map([
  ["sbyte", 1],
  ["byte", 1],
  ["bool", 1],
  ["short", 2],
  ["ushort", 2],
  ["char", 2],
  ["int", 4],
  ["uint", 4],
  ["float", 4],
  ["long", 8],
  ["ulong", 8],
  ["double", 8],
  ["decimal", 16],
]);

const STATEMENT_WORDS = /^(?:return|if|for|foreach|while|do|switch|try|throw|using|break|continue|goto|const|lock|var)$/;

/** Names, literals, brackets, and what follows an operand: members, calls, indices. */
export abstract class PrimaryParser extends QueryParser {
  /** In the hole of an interpolated string that has a format, where `:` cannot be the conditional operator's. */
  protected isInFormattedHole = false;

  /** primary with member access, calls, indices, `?.`, `++` and `--` behind it */
  protected postfix(): Expression {
    const { start } = this.token;
    let current = this.primary();
    // Receivers of the conditional accesses that have begun; each takes the rest of the chain.
    const receivers: { readonly target: Expression; readonly operatorStart: number }[] = [];
    for (let links = 0; !this.isPanicking; links++) {
      if (links > MAX_NESTED_CHAIN) this.abort(syntaxErrors.tooMany(MAX_NESTED_CHAIN));
      if (this.at("?") && (this.peek(1).type === "." || this.peek(1).type === "[")) {
        const operatorStart = this.advance().start;
        receivers.push({ target: current, operatorStart });
        current = { kind: "ConditionalReceiver", start: this.previousEnd, end: this.previousEnd };
      }
      const next = this.suffix(current, current.kind === "ConditionalReceiver" ? current.start : start);
      if (next === null) break;
      current = next;
    }
    return receivers.reduceRight<Expression>(
      (access, { target, operatorStart }) => ({
        kind: "ConditionalAccess",
        target,
        access,
        operatorStart,
        start: target.start,
        end: access.end,
      }),
      current,
    );
  }

  /** One suffix of an operand, or null if there is none. */
  private suffix(target: Expression, start: number): Expression | null {
    switch (this.token.type) {
      case ".":
        return this.member(target, start);
      case "(": {
        const args = this.arguments();
        return { kind: "Invocation", callee: target, arguments: args, start, end: this.previousEnd };
      }
      case "[": {
        const args = this.indices();
        return { kind: "Index", target, arguments: args, start, end: this.previousEnd };
      }
      case "++":
      case "--": {
        const operator = this.token.type;
        this.advance();
        return { kind: "Increment", operator, prefix: false, operand: target, start, end: this.previousEnd };
      }
      default:
        return this.laterSuffix(target);
    }
  }

  /** Suffixes of a later C#: told, and left out of the tree. */
  private laterSuffix(target: Expression): Expression | null {
    const { start, end, type } = this.token;
    if (type === "!") {
      this.complain(start, end, syntaxErrors.feature("nullable reference types", "8.0", "Leave out the !"));
      this.advance();
    } else if (type === "->") {
      this.reportToken(syntaxErrors.unsupported("Pointers", "Write a point: a.b."));
      return null;
    } else if (type === "switch" && this.peek(1).type === "{") {
      this.complain(
        start,
        end,
        syntaxErrors.feature("switch expression", "8.0", "Write a switch statement in @{ … }, or a chain of a ? b : c."),
      );
      this.advance();
      this.skipBrackets();
    } else if (this.isWord("with") && this.peek(1).type === "{") {
      this.complain(start, end, syntaxErrors.feature("records", "9.0", "Create a new object with all its members."));
      this.advance();
      this.skipBrackets();
    } else return null;
    return target;
  }

  private member(target: Expression, start: number): Expression {
    this.advance();
    const nameStart = this.token.start;
    const name = this.identifier();
    const typeArguments = this.nameArguments();
    return { kind: "Member", target, name, nameStart, typeArguments, start, end: this.previousEnd };
  }

  /** Type arguments behind a name, if `<` begins some: the rule of the C# specification for `F(A<B>(C))`. */
  private nameArguments(): readonly TypeSyntax[] | null {
    if (!this.at("<")) return null;
    const behind = this.scanTypeArguments(0);
    if (behind < 0) return null;
    const isCertain = this.scannedCertainly;
    const next = this.peek(behind);
    // In `a < b >> c` a shift operator stands behind `b`.
    if (next.type === ">" && next.start === this.peek(behind - 1).end) return null;
    if (!isCertain && !BEHIND_GENERIC.has(next.type) && !this.isQueryWord(next)) return null;
    return this.typeArguments().filter((type) => type !== null);
  }

  private primary(): Expression {
    const { token } = this;
    const { start, type } = token;
    switch (type) {
      case "literal":
        this.advance();
        return literal(token.literal!.value, token.literal!.type, token);
      case "interpolated":
        this.advance();
        return { kind: "InterpolatedString", parts: token.parts!.map((part) => this.part(part)), start, end: token.end };
      case "true":
      case "false":
        this.advance();
        return literal(type === "true", "bool", token);
      case "null":
        this.advance();
        return literal(null, "null", token);
      case "identifier":
        return this.named();
      case "(":
        return this.isLambda() ? this.lambda() : this.brackets();
      case "new":
        return this.creation();
      case "delegate":
        return this.delegate();
      case "typeof": {
        this.advance();
        this.expect("(");
        const operand = this.type();
        this.expect(")");
        return { kind: "TypeOf", type: operand, start, end: this.previousEnd };
      }
      case "default":
        return this.defaultValue();
      case "sizeof":
        return this.sizeOf();
      case "checked":
      case "unchecked": {
        this.advance();
        const expression = this.parenthesized();
        return { kind: "Checked", checked: type === "checked", expression, start, end: this.previousEnd };
      }
      case "throw": {
        this.complain(start, token.end, syntaxErrors.throwHere());
        return this.throwExpression();
      }
      default:
        if (PREDEFINED_TYPES.has(type) && this.peek(1).type === ".") {
          this.advance();
          return { kind: "PredefinedType", name: type, start, end: token.end };
        }
        return this.unfit(token);
    }
  }

  /** What begins with an identifier: a lambda, a query, `nameof`, or a name. */
  private named(): Expression {
    const { start } = this.token;
    if (this.isLambda()) return this.lambda();
    if (this.isQuery()) return this.query();
    if (this.isWord("nameof") && this.peek(1).type === "(") {
      this.advance();
      const expression = this.parenthesized();
      return { kind: "NameOf", expression, start, end: this.previousEnd };
    }
    if (this.isWord("async") && this.lambdaModifier()) return this.primary();
    if (this.isQueryWord(this.token)) return this.unfit(this.token);
    this.globalAlias();
    const name = this.identifier();
    const typeArguments = this.nameArguments();
    return { kind: "Name", name, typeArguments, start, end: this.previousEnd };
  }

  private defaultValue(): Expression {
    const { start } = this.advance();
    let type: TypeSyntax | null = null;
    if (this.accept("(")) {
      type = this.type();
      this.expect(")");
    }
    return { kind: "Default", type, start, end: this.previousEnd };
  }

  /** `sizeof(int)`: a constant for the types that have one. */
  private sizeOf(): Expression {
    const { start } = this.advance();
    this.expect("(");
    const { type } = this.token;
    const operand = this.type();
    this.expect(")");
    const size = operand.end === operand.start + type.length ? SIZES.get(type) : undefined;
    if (size === undefined) {
      const written = this.source.slice(operand.start, operand.end);
      if (!this.isPanicking) this.complain(start, this.previousEnd, syntaxErrors.unsizedType(written));
      return this.missingExpression(start);
    }
    return { kind: "Literal", value: size, type: "int", start, end: this.previousEnd };
  }

  /** An expression in brackets, or a tuple. */
  private brackets(): Expression {
    const { start } = this.advance();
    const first = this.argument(true);
    const isBare = first.name === null && first.mode === "value" && first.value.kind !== "DeclarationExpression";
    if (!this.at(",") && isBare) {
      this.expect(")");
      return { kind: "Parenthesized", expression: first.value, start, end: this.previousEnd };
    }
    this.expect(",");
    const elements = [first, ...this.list(")", false, () => this.argument(true))];
    return { kind: "Tuple", elements, start, end: this.previousEnd };
  }

  /** True if brackets at the current token hold a type, and this is a cast. The rule of the C# specification. */
  protected isCast(): boolean {
    const behind = this.scanType(1);
    if (behind < 0 || this.peek(behind).type !== ")") return false;
    if (this.scannedCertainly) return true;
    const next = this.peek(behind + 1);
    return canStartExpression(next) && !NOT_BEHIND_CAST.has(next.type) && !this.isQueryWord(next);
  }

  protected throwExpression(): Expression {
    const { start } = this.advance();
    const expression = this.nested(
      () => this.expression(),
      () => this.missingExpression(),
    );
    return { kind: "Throw", expression, start, end: this.previousEnd };
  }

  private part(part: StringPart): InterpolationPart {
    if (part.kind === "text") return part;
    return this.nested<InterpolationPart>(
      () => this.within(part.start, part.end, () => this.hole(part.format)),
      () => ({ kind: "text", text: "" }),
    );
  }

  private hole(format: string | null): InterpolationPart {
    const outer = this.isInFormattedHole;
    this.isInFormattedHole = format !== null;
    const expression = this.expression();
    this.isInFormattedHole = outer;
    const alignment = this.accept(",") ? this.expression() : null;
    if (!this.at("end")) this.reportToken(tokenExpected("}"));
    return { kind: "hole", expression, alignment, format };
  }

  /** Tells of a token that begins no expression. */
  private unfit(token: Token): Expression {
    const { start, end, type } = token;
    if (type === "this") return this.passOver(token, syntaxErrors.thisHere());
    if (type === "base") return this.passOver(token, syntaxErrors.baseHere());
    if (type === "static" && this.lambdaModifier()) return this.primary();
    if (type === "stackalloc") {
      this.reportToken(syntaxErrors.unsupported(type, "Pointers and memory blocks are not there: use an array."));
    } else if (type === "ref") {
      this.reportToken(syntaxErrors.unsupported("References (`ref`) outside arguments", "Use the variable itself."));
    } else if (type === "[") {
      this.complain(
        start,
        end,
        syntaxErrors.feature("collection expressions", "12.0", "Write new[] { … } or new List<T> { … }."),
      );
      this.skipBrackets();
    } else {
      const found = type === "end" ? this.source.slice(start, start + 1) : this.textOf(token);
      this.missing(syntaxErrors.expressionExpected(found, this.hintFor(token)));
    }
    return this.missingExpression(start);
  }

  private passOver(token: Token, problem: ReturnType<typeof syntaxErrors.thisHere>): Expression {
    this.complain(token.start, token.end, problem);
    this.advance();
    return this.missingExpression(token.start);
  }

  private hintFor(token: Token): string | undefined {
    const before = this.source.slice(Math.max(0, token.start - 2), token.start);
    if (token.type === "=" && /[=!]=$/.test(before)) return "C# compares with == and !=.";
    if (STATEMENT_WORDS.test(token.type) || PREDEFINED_TYPES.has(token.type)) {
      return STATEMENTS;
    }
    return undefined;
  }
}

function literal(value: Literal["value"], type: Literal["type"], token: Token): Literal {
  return { kind: "Literal", value, type, start: token.start, end: token.end };
}
