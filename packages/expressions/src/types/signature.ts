/**
 * Reads the C# signatures of type declarations (see types/declare.ts) into small trees of names. Nothing is resolved here.
 */

/** A type as a signature writes it: a dotted name with arguments, or an array or nullable of another. */
export type TypeReference =
  | { readonly kind: "name"; readonly name: string; readonly arguments: readonly TypeReference[] }
  | { readonly kind: "array"; readonly element: TypeReference; readonly rank: number }
  | { readonly kind: "nullable"; readonly element: TypeReference };

/** A type parameter as a header writes it. */
export interface TypeParameterSignature {
  readonly name: string;
  readonly variance: "none" | "in" | "out";
}

/** A parameter as a signature writes it. */
export interface ParameterSignature {
  readonly name: string;
  readonly type: TypeReference;
  readonly mode: "in" | "out" | "ref" | "params" | "this";
  readonly defaultValue: DefaultSignature | null;
}

/** A default as written: a literal, a dotted constant, or `default`. */
export type DefaultSignature =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly text: string }
  | { readonly kind: "name"; readonly path: readonly string[] }
  | { readonly kind: "default" };

/** A type's header: everything but its members. */
export interface HeaderSignature {
  readonly kind: "class" | "struct" | "interface" | "enum" | "delegate";
  readonly name: string;
  readonly typeParameters: readonly TypeParameterSignature[];
  readonly bases: readonly TypeReference[];
  readonly isStatic: boolean;
  readonly isAbstract: boolean;
  readonly isFlags: boolean;
  /** Of delegates. */
  readonly returnType: TypeReference | null;
  readonly parameters: readonly ParameterSignature[];
}

/** A member's signature. `type` is the return type of methods (null for constructors). */
export interface MemberSignature {
  readonly kind: "constructor" | "method" | "property" | "constant" | "operator" | "conversion";
  readonly name: string;
  readonly isStatic: boolean;
  readonly type: TypeReference | null;
  readonly typeParameters: readonly string[];
  readonly parameters: readonly ParameterSignature[];
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** A signature that is not C# as this reader knows it. */
export class SignatureError extends Error {
  constructor(signature: string, problem: string) {
    super(`${problem} in '${signature}'`);
    this.name = "SignatureError";
  }
}

const TOKEN =
  /\s*(?:([A-Za-z_][\w+]*)|(\d[\d._]*[a-zA-Z]*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(<<|>=|<=|==|!=|\+\+|--|[^\s]))/gy;

interface Token {
  readonly kind: "name" | "number" | "string" | "char" | "symbol" | "end";
  readonly text: string;
}

const END: Token = { kind: "end", text: "" };

class SignatureReader {
  private readonly tokens: Token[] = [];
  private at = 0;

  constructor(private readonly source: string) {
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
      const [, name, number, text, char, symbol] = match;
      if (name !== undefined) this.tokens.push({ kind: "name", text: name });
      else if (number !== undefined) this.tokens.push({ kind: "number", text: number });
      else if (text !== undefined) this.tokens.push({ kind: "string", text });
      else if (char !== undefined) this.tokens.push({ kind: "char", text: char });
      else this.tokens.push({ kind: "symbol", text: symbol! });
    }
  }

  header(): HeaderSignature {
    let isFlags = false;
    if (this.accept("[")) {
      this.expect("Flags");
      this.expect("]");
      isFlags = true;
    }
    let isStatic = false;
    let isAbstract = false;
    for (;;) {
      if (this.accept("static")) isStatic = true;
      else if (this.accept("abstract")) isAbstract = true;
      else if (!this.accept("sealed") && !this.accept("readonly") && !this.accept("public")) break;
    }
    const kind = this.name();
    if (kind === "delegate") return this.delegate();
    if (kind !== "class" && kind !== "struct" && kind !== "interface" && kind !== "enum") throw this.error(`'${kind}'`);
    const name = this.dottedName();
    const typeParameters = this.peek("<") ? this.typeParameters() : [];
    const bases: TypeReference[] = [];
    if (this.accept(":"))
      do bases.push(this.type());
      while (this.accept(","));
    this.end();
    return { kind, name, typeParameters, bases, isStatic, isAbstract, isFlags, returnType: null, parameters: [] };
  }

  private delegate(): HeaderSignature {
    const returnType = this.type();
    const name = this.dottedName();
    const typeParameters = this.peek("<") ? this.typeParameters() : [];
    const parameters = this.parameters("(", ")");
    this.end();
    return {
      kind: "delegate",
      name,
      typeParameters,
      bases: [],
      isStatic: false,
      isAbstract: false,
      isFlags: false,
      returnType,
      parameters,
    };
  }

  member(): MemberSignature {
    let isStatic = false;
    for (;;) {
      if (this.accept("static")) isStatic = true;
      else if (!this.accept("readonly") && !this.accept("public") && !this.accept("virtual") && !this.accept("override")) break;
    }
    if (this.peek("new") && this.tokens[this.at + 1]?.text === "(") {
      this.at++;
      return this.finish({ kind: "constructor", name: "new", parameters: this.parameters("(", ")") });
    }
    if (this.accept("const")) return this.constant();
    if (this.peek("implicit") || this.peek("explicit")) return this.conversion();
    const type = this.type();
    if (this.accept("operator")) {
      const name = this.next().text;
      return this.finish({ kind: "operator", name, isStatic: true, type, parameters: this.parameters("(", ")") });
    }
    if (this.accept("this")) {
      const parameters = this.parameters("[", "]");
      return this.finish({ kind: "property", name: "this[]", isStatic, type, parameters, ...this.accessors() });
    }
    const name = this.name();
    if (this.peek("(") || this.peek("<")) {
      const typeParameters = this.peek("<") ? this.typeParameters().map((parameter) => parameter.name) : [];
      const parameters = this.parameters("(", ")");
      return this.finish({ kind: "method", name, isStatic, type, typeParameters, parameters });
    }
    return this.finish({ kind: "property", name, isStatic, type, ...this.accessors() });
  }

  /** `const int MaxValue`, and `const Monday` in enums. */
  private constant(): MemberSignature {
    const isTyped = this.tokens.length - this.at > 1;
    const type = isTyped ? this.type() : null;
    return this.finish({ kind: "constant", name: this.name(), isStatic: true, type });
  }

  private conversion(): MemberSignature {
    const name = this.next().text;
    this.expect("operator");
    const type = this.type();
    return this.finish({ kind: "conversion", name, isStatic: true, type, parameters: this.parameters("(", ")") });
  }

  private accessors(): { canRead: boolean; canWrite: boolean } {
    if (!this.accept("{")) return { canRead: true, canWrite: false };
    let canRead = false;
    let canWrite = false;
    while (!this.accept("}")) {
      if (this.accept("get")) canRead = true;
      else if (this.accept("set")) canWrite = true;
      else throw this.error(`'${this.next().text}'`);
      this.accept(";");
    }
    return { canRead, canWrite };
  }

  private finish(parts: Partial<MemberSignature> & Pick<MemberSignature, "kind" | "name">): MemberSignature {
    this.accept(";");
    this.end();
    return { isStatic: false, type: null, typeParameters: [], parameters: [], canRead: true, canWrite: false, ...parts };
  }

  type(): TypeReference {
    let type: TypeReference = this.namedType();
    for (;;) {
      if (this.accept("?")) type = { kind: "nullable", element: type };
      else if (this.peek("[") && (this.tokens[this.at + 1]?.text === "]" || this.tokens[this.at + 1]?.text === ",")) {
        type = this.arrayOf(type);
      } else return type;
    }
  }

  /** `int[][,]` is an array of two-dimensional arrays: the first brackets are the outermost. */
  private arrayOf(element: TypeReference): TypeReference {
    const ranks: number[] = [];
    while (this.accept("[")) {
      let rank = 1;
      while (this.accept(",")) rank++;
      this.expect("]");
      ranks.push(rank);
    }
    return ranks.reduceRight<TypeReference>((inner, rank) => ({ kind: "array", element: inner, rank }), element);
  }

  private namedType(): TypeReference {
    const name = this.dottedName();
    const args: TypeReference[] = [];
    if (this.accept("<")) {
      do args.push(this.type());
      while (this.accept(","));
      this.expect(">");
    }
    return { kind: "name", name, arguments: args };
  }

  private typeParameters(): TypeParameterSignature[] {
    this.expect("<");
    const parameters: TypeParameterSignature[] = [];
    do {
      const variance = this.accept("in") ? "in" : this.accept("out") ? "out" : "none";
      parameters.push({ name: this.name(), variance });
    } while (this.accept(","));
    this.expect(">");
    return parameters;
  }

  private parameters(open: string, close: string): ParameterSignature[] {
    this.expect(open);
    const parameters: ParameterSignature[] = [];
    if (this.accept(close)) return parameters;
    do {
      const mode = this.mode();
      const type = this.type();
      const name = this.name();
      parameters.push({ name, type, mode, defaultValue: this.accept("=") ? this.defaultValue() : null });
    } while (this.accept(","));
    this.expect(close);
    return parameters;
  }

  private mode(): ParameterSignature["mode"] {
    for (const mode of ["out", "ref", "params", "this", "in"] as const) if (this.accept(mode)) return mode;
    return "in";
  }

  private defaultValue(): DefaultSignature {
    const isNegative = this.accept("-");
    const token = this.next();
    switch (token.kind) {
      case "number": {
        const text = (isNegative ? "-" : "") + token.text.replace(/[_a-zA-Z]/g, "");
        return { kind: "literal", value: Number(text), text };
      }
      case "string":
        return { kind: "literal", value: unescapeText(token.text), text: token.text };
      case "char":
        return { kind: "literal", value: unescapeText(token.text).charCodeAt(0), text: token.text };
      case "name":
        break;
      default:
        throw this.error(`'${token.text}' as default`);
    }
    if (token.text === "null") return { kind: "literal", value: null, text: "null" };
    if (token.text === "true" || token.text === "false")
      return { kind: "literal", value: token.text === "true", text: token.text };
    if (token.text === "default") {
      if (this.accept("(")) {
        this.type();
        this.expect(")");
      }
      return { kind: "default" };
    }
    const path = [token.text];
    while (this.accept(".")) path.push(this.name());
    return { kind: "name", path };
  }

  private dottedName(): string {
    let name = this.name();
    while (this.accept(".")) name += `.${this.name()}`;
    return name;
  }

  private name(): string {
    const token = this.next();
    if (token.kind !== "name") throw this.error(`'${token.text}' where a name belongs`);
    return token.text;
  }

  private next(): Token {
    return this.tokens[this.at++] ?? END;
  }

  private peek(text: string): boolean {
    const token = this.tokens[this.at];
    return token !== undefined && token.text === text && token.kind !== "string" && token.kind !== "char";
  }

  private accept(text: string): boolean {
    if (!this.peek(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.error(`Expected '${text}' before '${this.tokens[this.at]?.text ?? "the end"}'`);
  }

  /** Must be at the end; constraints are read over. */
  end(): void {
    if (this.peek("where")) return;
    if (this.at < this.tokens.length) throw this.error(`Unexpected '${this.tokens[this.at]!.text}'`);
  }

  private error(problem: string): SignatureError {
    return new SignatureError(this.source, problem);
  }
}

function unescapeText(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) =>
    c === "n" ? "\n" : c === "r" ? "\r" : c === "t" ? "\t" : c === "0" ? "\0" : c,
  );
}

/** Parses a type's header. Throws {@link SignatureError}. */
export function parseHeader(source: string): HeaderSignature {
  return new SignatureReader(source).header();
}

/** Parses a member's signature. Throws {@link SignatureError}. */
export function parseMember(source: string): MemberSignature {
  return new SignatureReader(source).member();
}

/** Parses a type on its own, such as `IReadOnlyDictionary<string, object>`. Throws {@link SignatureError}. */
export function parseTypeReference(source: string): TypeReference {
  const reader = new SignatureReader(source);
  const type = reader.type();
  reader.end();
  return type;
}

const HEADER_NAME =
  /(?:class|struct|interface|enum)\s+([\w.+]+)\s*(?:<([^<>]*)>)?|delegate\s+.+?\s([\w.+]+)\s*(?:<([^<>]*)>)?\s*\(/;

/** The name and number of type parameters of a header, without parsing all of it: tables are listed by these. */
export function headerName(header: string): { readonly name: string; readonly arity: number } {
  const match = HEADER_NAME.exec(header);
  const name = match?.[1] ?? match?.[3];
  if (match === null || name === undefined) throw new SignatureError(header, "No type is declared");
  const parameters = match[1] === undefined ? match[4] : match[2];
  return { name, arity: parameters === undefined ? 0 : parameters.split(",").length };
}
