import type { NamePart, TypeSyntax } from "./syntax.js";
import { syntaxErrors } from "./syntax-errors.js";
import { TokenReader } from "./token-reader.js";
import { KEYWORDS, PREDEFINED_TYPES, type Token } from "./tokens.js";

/** How deep a type is looked into before it is known to be one. */
const MAX_SCAN_DEPTH = 100;

const NEVER = -1;

/**
 * Where a type stands, which decides what a `?` behind it means: behind `is` and `as` it is the conditional operator's
 * if an expression can follow; behind `new` the brackets belong to the creation.
 */
export type TypePlace = "plain" | "test" | "new";

/** How many brackets may follow a type: its name is as deep. */
const MAX_ARRAYS_OF_ARRAYS = 32;

/** Types: reading them, and finding out without reading whether there is one. */
export class TypeParser extends TokenReader {
  /** type: name or predefined type or tuple, `?`, rank specifiers */
  protected type(place: TypePlace = "plain"): TypeSyntax {
    const { start } = this.token;
    return this.nested(
      () => this.arrayRanks(this.nullable(this.at("(") ? this.tupleType() : this.namedType(), place), place),
      () => this.missingType(start),
    );
  }

  private missingType(start: number): TypeSyntax {
    return { kind: "NamedType", parts: [], start, end: start };
  }

  /** A predefined type (`void` too), or dotted names with type arguments. */
  private namedType(): TypeSyntax {
    const { start, type } = this.token;
    if (PREDEFINED_TYPES.has(type) || type === "void") {
      const { end } = this.advance();
      return { kind: "NamedType", parts: [{ name: type, typeArguments: null, start, end }], start, end };
    }
    if (!this.at("identifier")) {
      this.missing(KEYWORDS.has(type) ? syntaxErrors.keywordAsIdentifier(type) : syntaxErrors.typeExpected());
      return this.missingType(start);
    }
    this.globalAlias();
    const parts = [this.namePart()];
    while (this.at(".") && this.peek(1).type === "identifier") {
      this.advance();
      parts.push(this.namePart());
    }
    return { kind: "NamedType", parts, start, end: this.previousEnd };
  }

  /** `global::` says nothing here, as there are no other aliases. */
  protected globalAlias(): void {
    if (!this.isWord("global") || this.peek(1).type !== "::") return;
    this.advance();
    this.advance();
  }

  private namePart(): NamePart {
    const { start, name } = this.token;
    if (!this.at("identifier")) this.missing(syntaxErrors.identifierExpected());
    else this.advance();
    const typeArguments = this.at("<") ? this.typeArguments() : null;
    return { name, typeArguments, start, end: this.previousEnd };
  }

  /** `<int, string>`; omitted ones (`<,>`) are null. */
  protected typeArguments(): (TypeSyntax | null)[] {
    this.expect("<");
    const found: (TypeSyntax | null)[] = [];
    do found.push(this.at(",") || this.at(">") ? null : this.type());
    while (this.accept(","));
    this.expect(">");
    return found;
  }

  private tupleType(): TypeSyntax {
    const { start } = this.token;
    this.expect("(");
    const elements: { readonly type: TypeSyntax; readonly name: string | null }[] = [];
    do {
      const type = this.type();
      elements.push({ type, name: this.at("identifier") ? this.advance().name : null });
    } while (this.accept(","));
    this.expect(")");
    return { kind: "TupleType", elements, start, end: this.previousEnd };
  }

  private nullable(element: TypeSyntax, place: TypePlace): TypeSyntax {
    if (!this.at("?") || (place === "test" && canStartExpression(this.peek(1)))) return element;
    const { end } = this.advance();
    const name = element.kind === "NamedType" && element.parts.length === 1 ? element.parts[0]!.name : "";
    if (name === "string" || name === "object") this.refuseNullableReference(end, name);
    return { kind: "NullableType", element, start: element.start, end };
  }

  private refuseNullableReference(end: number, written: string): void {
    this.complain(
      end - 1,
      end,
      syntaxErrors.feature("nullable reference types", "8.0", `Write ${written}: it can be null anyway.`),
    );
  }

  /** `[]`, `[,]` and so on: the first is the outermost. */
  protected arrayRanks(element: TypeSyntax, place: TypePlace): TypeSyntax {
    const ranks: { readonly rank: number; readonly end: number }[] = [];
    while (this.at("[") && (place !== "new" || ranks.length > 0) && this.isRankSpecifier(0)) {
      this.advance();
      let rank = 1;
      while (this.accept(",")) rank++;
      this.expect("]");
      ranks.push({ rank, end: this.previousEnd });
      if (ranks.length > MAX_ARRAYS_OF_ARRAYS) this.abort(syntaxErrors.tooDeep(MAX_ARRAYS_OF_ARRAYS));
      if (this.at("?") && place === "plain") {
        this.refuseNullableReference(this.advance().end, "the array type without ?");
      }
    }
    return ranks.reduceRight<TypeSyntax>(
      (type, { rank, end }) => ({ kind: "ArrayType", element: type, rank, start: element.start, end }),
      element,
    );
  }

  /** True if the `[` that stands `ahead` is followed by `]` or commas. */
  protected isRankSpecifier(ahead: number): boolean {
    const { type } = this.peek(ahead + 1);
    return type === "]" || type === ",";
  }

  private isCertain = false;
  private scanDepth = 0;

  /**
   * Looks over a type that begins `ahead` of the current token.
   * @returns how far ahead the token behind it is; -1 if there is no type. `scannedCertainly` then tells whether it can be nothing else.
   */
  protected scanType(ahead: number): number {
    if (this.scanDepth >= MAX_SCAN_DEPTH) return NEVER;
    this.scanDepth++;
    const end = this.scanTypeParts(ahead);
    this.scanDepth--;
    return end;
  }

  /** Of the latest scan that found something: a predefined, nullable or array type, which is no expression. */
  protected get scannedCertainly(): boolean {
    return this.isCertain;
  }

  private scanTypeParts(ahead: number): number {
    let at = ahead;
    let isCertain = false;
    const { type } = this.peek(at);
    if (PREDEFINED_TYPES.has(type)) {
      isCertain = true;
      at++;
    } else if (type === "identifier") at = this.scanName(at);
    else if (type === "(") at = this.scanTuple(at);
    else return NEVER;
    if (at < 0) return NEVER;
    if (this.peek(at).type === "?") {
      at++;
      isCertain = true;
    }
    while (this.peek(at).type === "[" && this.isRankSpecifier(at)) {
      at++;
      while (this.peek(at).type === ",") at++;
      if (this.peek(at).type !== "]") return NEVER;
      at++;
      isCertain = true;
    }
    this.isCertain = isCertain;
    return at;
  }

  private scanName(ahead: number): number {
    let at = ahead;
    if (this.isWord("global", at) && this.peek(at + 1).type === "::") at += 2;
    for (;;) {
      if (this.peek(at).type !== "identifier") return NEVER;
      at++;
      if (this.peek(at).type === "<") at = this.scanTypeArguments(at);
      if (at < 0) return NEVER;
      if (this.peek(at).type !== ".") return at;
      at++;
    }
  }

  /** Looks over `<…>`; see {@link scanType}: certain if one of the arguments is. */
  protected scanTypeArguments(ahead: number): number {
    let at = ahead;
    let isCertain = false;
    do {
      at = this.scanType(at + 1);
      if (at < 0) return NEVER;
      isCertain ||= this.isCertain;
    } while (this.peek(at).type === ",");
    this.isCertain = isCertain;
    return this.peek(at).type === ">" ? at + 1 : NEVER;
  }

  private scanTuple(ahead: number): number {
    let at = ahead;
    let count = 0;
    do {
      at = this.scanType(at + 1);
      if (at < 0) return NEVER;
      if (this.peek(at).type === "identifier") at++;
      count++;
    } while (this.peek(at).type === ",");
    return count > 1 && this.peek(at).type === ")" ? at + 1 : NEVER;
  }
}

const NOT_STARTS: ReadonlySet<string> = new Set(
  (
    "end ) ] } [ { , . : ; = == != <= >= < > * / % & | ^ && || ?? ? += -= *= /= %= &= |= ^= <<= ??= << => -> :: .. " +
    "is as in out ref params else catch finally case"
  ).split(" "),
);

/** True if an expression can begin with this token. */
export function canStartExpression(token: Token): boolean {
  return !NOT_STARTS.has(token.type);
}
