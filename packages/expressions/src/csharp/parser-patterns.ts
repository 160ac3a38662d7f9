import { PrimaryParser } from "./parser-primary.js";
import { canStartExpression } from "./parser-types.js";
import type { Expression, NamePart, Pattern, TypeSyntax } from "./syntax.js";
import { syntaxErrors } from "./syntax-errors.js";
import { PREDEFINED_TYPES } from "./tokens.js";

/** Behind a dotted name these make a constant expression of it, not a type. */
const CONTINUES_CONSTANT: ReadonlySet<string> = new Set("( [ . + - * / % << ++ --".split(" "));

const BEHIND_NOT: ReadonlySet<string> = new Set("null true false literal identifier { < <= > >= -".split(" "));

/** Patterns of `is` and `case`. */
export abstract class PatternParser extends PrimaryParser {
  /** An expression that binds more tightly than comparisons. */
  protected abstract shiftOperand(): Expression;

  /** @param place in `case`, a constant is a whole expression and `when` ends the pattern */
  protected pattern(place: "is" | "case"): Pattern {
    const { start } = this.token;
    const pattern = this.nested<Pattern>(
      () => this.laterPattern(place) ?? this.typedPattern(place) ?? this.constantPattern(place, start),
      () => ({ kind: "ConstantPattern", value: this.missingExpression(), start, end: start }),
    );
    return this.combined(pattern, place);
  }

  private constantPattern(place: "is" | "case", start: number): Pattern {
    const value = place === "case" ? this.expression() : this.shiftOperand();
    return { kind: "ConstantPattern", value, start, end: this.previousEnd };
  }

  /** A pattern that begins with a type or name; null if there is a constant. */
  private typedPattern(place: "is" | "case"): Pattern | null {
    const { start } = this.token;
    if (this.isWord("var") && this.isDesignation(1)) {
      this.advance();
      const { name } = this.advance();
      return { kind: "DeclarationPattern", type: null, name: name === "_" ? null : name, start, end: this.previousEnd };
    }
    let behind = this.scanType(0);
    if (behind < 0) return null;
    // The `?` of `x is T ? y : z` is not part of the type, unless nothing can follow.
    if (this.peek(behind - 1).type === "?") behind--;
    if (this.isDesignation(behind)) {
      const type = this.type();
      const { name } = this.advance();
      return { kind: "DeclarationPattern", type, name: name === "_" ? null : name, start, end: this.previousEnd };
    }
    if (this.isDefiniteType(behind)) return this.typePattern(place);
    return this.namePattern(place, behind);
  }

  /** True if the token `ahead` is the name of a variable that a pattern declares. */
  private isDesignation(ahead: number): boolean {
    const token = this.peek(ahead);
    return token.type === "identifier" && !this.isQueryWord(token) && !(token.isPlain && /^(?:when|and|or)$/.test(token.name));
  }

  /** A predefined type, an array or a generic type: no constant. */
  private isDefiniteType(behind: number): boolean {
    if (PREDEFINED_TYPES.has(this.token.type)) return this.peek(1).type !== ".";
    for (let at = 0; at < behind; at++) if (/^(?:<|\]|\()$/.test(this.peek(at).type)) return !this.at("(");
    return false;
  }

  private typePattern(place: "is" | "case"): Pattern {
    const type = this.type("test");
    if (place === "case") {
      this.complain(type.start, type.end, syntaxErrors.feature("type pattern", "9.0", "Write case T _:"));
    }
    return { kind: "TypePattern", type, start: type.start, end: type.end };
  }

  /** A dotted name, which may be a type or a constant; null if it goes on as an expression. */
  private namePattern(place: "is" | "case", behind: number): Pattern | null {
    const next = this.peek(behind);
    if (!this.at("identifier") || CONTINUES_CONSTANT.has(next.type)) return null;
    // In `is`, shifts go on as an expression; `a is B > c` does not.
    if (next.type === ">" && this.peek(behind + 1).type === ">" && this.peek(behind + 1).start === next.end) return null;
    if (place === "case" && next.type !== ":" && !this.isWord("when", behind) && !this.isWord("or", behind)) return null;
    const type = this.type(place === "is" ? "test" : "new");
    if (type.kind !== "NamedType") return { kind: "TypePattern", type, start: type.start, end: type.end };
    return { kind: "NamePattern", type, value: nameExpression(type), start: type.start, end: type.end };
  }

  private laterPattern(place: "is" | "case"): Pattern | null {
    const { start, end, type } = this.token;
    const next = this.peek(1);
    if (this.isWord("not") && (BEHIND_NOT.has(next.type) || PREDEFINED_TYPES.has(next.type))) {
      this.complain(start, end, syntaxErrors.feature("not pattern", "9.0", "Write x != null, or !(x is T)."));
      this.advance();
      this.pattern(place);
    } else if (type === "{") {
      this.complain(
        start,
        end,
        syntaxErrors.feature("property patterns", "8.0", "Compare the properties: x != null && x.Length == 5."),
      );
      this.skipBrackets();
      if (this.isDesignation(0)) this.advance();
    } else if (/^[<>]=?$/.test(type)) {
      this.complain(start, end, syntaxErrors.feature("relational patterns", "9.0", "Compare with an operator: x > 5."));
      this.advance();
      this.shiftOperand();
    } else if (type === "[") {
      this.complain(start, end, syntaxErrors.feature("list pattern", "11.0", "Compare the length and the elements."));
      this.skipBrackets();
    } else return null;
    const value = this.missingExpression(start);
    return { kind: "ConstantPattern", value, start, end: this.previousEnd };
  }

  /** `and`, `or` behind a pattern. */
  private combined(first: Pattern, place: "is" | "case"): Pattern {
    for (let count = 0; this.isWord("and") || this.isWord("or"); count++) {
      const { start, end, name } = this.token;
      const hint = name === "or" ? "Write x == 1 || x == 2 (in a switch: case 1: case 2:)." : "Write a && b.";
      if (count === 0) this.complain(start, end, syntaxErrors.feature(`${name} pattern`, "9.0", hint));
      this.advance();
      this.pattern(place === "case" && !canStartExpression(this.token) ? "is" : place);
    }
    return first;
  }
}

/** A dotted type name read as an expression. */
function nameExpression(type: TypeSyntax & { kind: "NamedType" }): Expression {
  const [first, ...rest] = type.parts as [NamePart, ...NamePart[]];
  const argumentsOf = (part: NamePart) => part.typeArguments?.filter((argument) => argument !== null) ?? null;
  const { start } = type;
  let value: Expression = { kind: "Name", name: first.name, typeArguments: argumentsOf(first), start, end: first.end };
  for (const part of rest) {
    const typeArguments = argumentsOf(part);
    value = { kind: "Member", target: value, name: part.name, nameStart: part.start, typeArguments, start, end: part.end };
  }
  return value;
}
