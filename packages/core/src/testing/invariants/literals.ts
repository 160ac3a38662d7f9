import { keyUses, type LintCode, type LintDocument, type LintElement } from "../../lint/index.js";

/** What documents compare requests with: values that are worth sending, and where. */
export interface Literals {
  /** Constants of expressions and values of check-header; numbers with their neighbours. */
  readonly texts: readonly string[];
  /** Names of headers that are read, with values that they are held against. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Names of query parameters that are read. */
  readonly query: readonly string[];
  /** Constants of expressions that read claims: names and values. */
  readonly claims: readonly string[];
  /** Constants of expressions that read bodies: names and values. */
  readonly body: readonly string[];
  readonly addresses: readonly string[];
}

/** Longer texts are messages. */
const LONGEST = 100;
/** Most values of a kind. */
const MOST = 200;

/** Gathers the literals of documents. */
export function literalsOf(documents: readonly LintDocument[]): Literals {
  const gathered = new Gathered();
  for (const document of documents) for (const element of document.elements()) gathered.element(element);
  return gathered.literals();
}

class Gathered {
  private readonly texts = new Set<string>();
  private readonly headers = new Map<string, Set<string>>();
  private readonly query = new Set<string>();
  private readonly claims = new Set<string>();
  private readonly body = new Set<string>();
  private readonly addresses = new Set<string>();

  element(element: LintElement): void {
    for (const code of element.codes()) this.code(code);
    const text = element.text?.code === null ? element.text.text.trim() : "";
    if (element.name === "check-header") {
      const values = element.children("value").flatMap((value) => (value.text?.code === null ? [value.text.text.trim()] : []));
      this.header(element.literal("name") ?? "", values);
    } else if (element.name === "vary-by-header") this.header(text, []);
    else if (element.name === "vary-by-query-parameter") for (const name of text.split(";")) add(this.query, name.trim());
    else if (element.name === "address" && element.within("ip-filter") !== null) add(this.addresses, text);
    else if (element.name === "address-range") for (const end of ["from", "to"]) add(this.addresses, element.literal(end) ?? "");
  }

  private code(code: LintCode): void {
    const constants = constantsOf(code);
    for (const constant of constants) add(this.texts, constant);
    if (code.text.includes("Claims")) for (const constant of constants) add(this.claims, constant);
    if (code.text.includes(".Body")) for (const constant of constants) add(this.body, constant);
    for (const { path, key } of keyUses(code)) {
      if (path === "context.Request.Headers")
        this.header(
          key,
          constants.filter((constant) => constant !== key),
        );
      else if (/^context\.Request\.(?:Original)?Url\.Query$/.test(path)) add(this.query, key);
    }
  }

  private header(name: string, values: readonly string[]): void {
    if (!/^[\w-]{1,60}$/.test(name)) return;
    let known = this.headers.get(name);
    if (known === undefined) this.headers.set(name, (known = new Set()));
    for (const value of values) if (/^[\x20-\x7e]*$/.test(value)) add(known, value);
  }

  literals(): Literals {
    return {
      texts: [...this.texts],
      headers: Object.fromEntries([...this.headers].map(([name, values]) => [name, [...values]])),
      query: [...this.query],
      claims: [...this.claims],
      body: [...this.body],
      addresses: [...this.addresses],
    };
  }
}

function add(values: Set<string>, value: string): void {
  if (value !== "" && value.length <= LONGEST && values.size < MOST) values.add(value);
}

function constantsOf(code: LintCode): string[] {
  return code.nodes.flatMap((node) => {
    if (node.kind !== "Constant") return [];
    const { value } = node as unknown as { readonly value: unknown };
    if (typeof value === "string") return [value];
    return typeof value === "number" ? [value - 1, value, value + 1].map(String) : [];
  });
}
