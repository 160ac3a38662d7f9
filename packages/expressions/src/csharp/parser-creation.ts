import { GrammarParser } from "./parser-grammar.js";
import type { Argument, ArrayInitializer, Expression, Initializer, MemberInitializer, TypeSyntax } from "./syntax.js";
import { syntaxErrors } from "./syntax-errors.js";

/** Argument lists, `new` in all its forms, and initialisers. */
export abstract class CreationParser extends GrammarParser {
  /** `(a, name: b, out c)` */
  protected arguments(): Argument[] {
    this.expect("(");
    return this.list(")", false, () => this.argument(false));
  }

  /** `[a, b]` */
  protected indices(): Argument[] {
    const { start } = this.token;
    this.expect("[");
    const found = this.list("]", false, () => this.argument(false));
    if (found.length === 0) this.report(start, this.previousEnd, syntaxErrors.valueExpected());
    return found;
  }

  /** One argument; elements of tuples may declare variables, as in `(var a, int b) = …`. */
  protected argument(isElement: boolean): Argument {
    const { start } = this.token;
    let name: string | null = null;
    if (this.at("identifier") && this.peek(1).type === ":") {
      name = this.advance().name;
      this.advance();
    }
    const { type } = this.token;
    const mode = type === "ref" || type === "out" ? type : "value";
    if (mode !== "value" || type === "in") this.advance();
    const declared = mode === "out" || isElement ? this.declaredArgument(mode === "out") : null;
    const value = declared ?? this.expression();
    return { name, mode, value, start, end: this.previousEnd };
  }

  /** `var x`, `int x`, `_` behind `out`; null if there is no declaration. */
  private declaredArgument(isOut: boolean): Expression | null {
    const { start } = this.token;
    if (isOut && this.isWord("_") && /^[,)]$/.test(this.peek(1).type)) {
      this.advance();
      return { kind: "DeclarationExpression", type: null, name: null, start, end: this.previousEnd };
    }
    const behind = this.scanType(0);
    if (behind < 0 || this.peek(behind).type !== "identifier" || !/^[,)]$/.test(this.peek(behind + 1).type)) return null;
    const isVar = this.isWord("var") && behind === 1;
    const type = this.type();
    const { name } = this.advance();
    return {
      kind: "DeclarationExpression",
      type: isVar ? null : type,
      name: name === "_" ? null : name,
      start,
      end: this.previousEnd,
    };
  }

  protected creation(): Expression {
    const { start } = this.advance();
    if (this.at("{")) return this.anonymous(start);
    if (this.at("[")) return this.newArray(start, null);
    if (this.at("(")) return this.targetTyped(start);
    const type = this.type("new");
    if (this.at("[")) return this.newArray(start, type);
    if (!this.at("(") && !this.at("{")) {
      this.missing(syntaxErrors.newArguments());
      return { kind: "New", type, arguments: null, initializer: null, start, end: this.previousEnd };
    }
    const args = this.at("(") ? this.arguments() : null;
    const initializer = this.at("{") ? this.initializer() : null;
    return { kind: "New", type, arguments: args, initializer, start, end: this.previousEnd };
  }

  private targetTyped(start: number): Expression {
    this.complain(start, this.token.end, syntaxErrors.feature("target-typed object creation", "9.0", "Name the type: new T(…)."));
    this.arguments();
    if (this.at("{")) this.initializer();
    return { kind: "Missing", start, end: this.previousEnd };
  }

  private anonymous(start: number): Expression {
    this.expect("{");
    const members = this.list("}", true, () => {
      const first = this.token;
      if (first.type === "identifier" && this.peek(1).type === "=") {
        const { name } = this.advance();
        this.advance();
        return { name, value: this.expression() };
      }
      const value = this.expression();
      const name = projectedName(value);
      if (name === null && !this.isPanicking) this.complain(first.start, this.previousEnd, syntaxErrors.anonymousMember());
      return { name, value };
    });
    return { kind: "NewAnonymous", members, start, end: this.previousEnd };
  }

  /** `new int[n]`, `new int[] { … }`, `new[] { … }`; `type` is what stands before the first bracket. */
  private newArray(start: number, type: TypeSyntax | null): Expression {
    let rank = 1;
    let lengths: Expression[] = [];
    if (type === null || this.isRankSpecifier(0)) {
      this.expect("[");
      while (this.accept(",")) rank++;
      this.expect("]");
    } else {
      this.expect("[");
      lengths = this.list("]", false, () => this.expression());
      rank = Math.max(lengths.length, 1);
    }
    const elementType = type === null ? null : this.arrayRanks(type, "plain");
    const initializer = this.at("{") ? this.arrayInitializer() : null;
    if (initializer === null && lengths.length === 0) this.missing(syntaxErrors.arraySize());
    return { kind: "NewArray", elementType, lengths, rank, initializer, start, end: this.previousEnd };
  }

  /** `{ 1, 2 }`, `{ { 1 }, { 2 } }` */
  protected arrayInitializer(): ArrayInitializer {
    const { start } = this.token;
    const empty = (): ArrayInitializer => ({ kind: "ArrayInitializer", elements: [], start, end: start });
    return this.nested(() => {
      this.expect("{");
      const elements = this.list("}", true, () => (this.at("{") ? this.arrayInitializer() : this.expression()));
      return { kind: "ArrayInitializer", elements, start, end: this.previousEnd };
    }, empty);
  }

  /** `{ A = 1, ["k"] = 2 }` or `{ 1, { "k", 2 } }` */
  private initializer(): Initializer {
    const { start } = this.token;
    return this.nested<Initializer>(
      () => {
        const first = this.peek(1).type;
        const isObject = first === "}" || first === "[" || (first === "identifier" && this.peek(2).type === "=");
        this.expect("{");
        if (isObject) {
          const members = this.list("}", true, () => this.memberInitializer());
          return { kind: "ObjectInitializer", members, start, end: this.previousEnd };
        }
        const elements = this.list("}", true, () => this.elementInitializer());
        return { kind: "CollectionInitializer", elements, start, end: this.previousEnd };
      },
      () => ({ kind: "ObjectInitializer", members: [], start, end: start }),
    );
  }

  private memberInitializer(): MemberInitializer {
    const { start } = this.token;
    const target = this.memberTarget();
    this.expect("=");
    const value = this.at("{") ? this.initializer() : this.expression();
    return { target, value, start, end: this.previousEnd };
  }

  private memberTarget(): MemberInitializer["target"] {
    if (this.at("[")) return { kind: "index", arguments: this.indices() };
    if (this.at("identifier") && this.peek(1).type === "=") return { kind: "member", name: this.advance().name };
    this.reportToken(
      this.at("identifier") || this.at("literal") ? syntaxErrors.initializerMember() : syntaxErrors.identifierExpected(),
    );
    return { kind: "member", name: "" };
  }

  private elementInitializer(): readonly Expression[] {
    if (this.accept("{")) return this.list("}", true, () => this.expression());
    if ((this.at("identifier") && this.peek(1).type === "=") || this.at("[")) {
      this.reportToken(syntaxErrors.initializerMember());
    }
    return [this.expression()];
  }
}

/** The name that an anonymous object's member takes from its value: `x`, `a.x`, `a?.x`. */
function projectedName(value: Expression): string | null {
  if (value.kind === "Name" || value.kind === "Member") return value.name === "" ? null : value.name;
  return value.kind === "ConditionalAccess" ? projectedName(value.access) : null;
}
