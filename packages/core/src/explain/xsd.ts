import type { AttributeSchema, ChildSchema, PolicyDefinition } from "../policy/definition.js";
import { allSections, type SectionName } from "../policy/sections.js";

/** Where policies stand: in a section, or in a fragment, which may be included into any. */
type Where = SectionName | "fragment";

/** What an element is, be it a policy or a part of one. */
type ElementSchema = Pick<ChildSchema, "content" | "attributes" | "children" | "section" | "own"> & {
  readonly notes: string;
};

/** Types of values that documents write as literals, named values or expressions. */
const VALUE_TYPES = `  <xs:simpleType name="expression"><xs:restriction base="xs:string"><xs:pattern value="\\s*@[\\(\\{][\\s\\S]*"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="named-value"><xs:restriction base="xs:string"><xs:pattern value="[\\s\\S]*\\{\\{[\\s\\S]+\\}\\}[\\s\\S]*"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="truth"><xs:restriction base="xs:string"><xs:pattern value="\\s*([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\\s*"/></xs:restriction></xs:simpleType>`;

/**
 * An XML schema (XSD 1.0) of policy documents and fragments, for editors. It knows every element and attribute, where policies may stand and what
 * literals look like. It is wider than what is compiled: how often a child may stand, and what an attribute's own check says, it leaves out.
 * Documents are to be well-formed: {@link escapePolicy} makes those so that hold plain C#.
 * @param policies those that documents may name
 */
export function policyXsd(policies: readonly PolicyDefinition[]): string {
  return new Schema(policies).text();
}

class Schema {
  private readonly lines: string[] = [];
  private readonly policies: ReadonlyMap<string, PolicyDefinition>;
  /** The names of the types that are there. */
  private readonly made = new Set<string>();

  constructor(policies: readonly PolicyDefinition[]) {
    const named = policies.flatMap((policy) => [policy.name, ...(policy.aliases ?? [])].map((name) => [name, policy] as const));
    this.policies = new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  text(): string {
    this.add(0, '<?xml version="1.0" encoding="UTF-8"?>');
    this.add(0, '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">');
    this.lines.push(VALUE_TYPES);
    this.add(1, '<xs:element name="policies">');
    this.add(2, "<xs:complexType>");
    this.add(3, "<xs:all>");
    for (const section of allSections) this.add(4, `<xs:element name="${section}" minOccurs="0" type="in.${section}"/>`);
    this.add(3, "</xs:all>");
    this.add(3, '<xs:attribute name="language" type="xs:string"/>');
    this.add(3, '<xs:attribute name="id" type="xs:string"/>');
    this.add(2, "</xs:complexType>");
    this.add(1, "</xs:element>");
    this.add(1, '<xs:element name="fragment"><xs:complexType><xs:complexContent><xs:extension base="in.fragment">');
    this.add(2, '<xs:anyAttribute processContents="skip"/>');
    this.add(1, "</xs:extension></xs:complexContent></xs:complexType></xs:element>");
    for (const where of [...allSections, "fragment"] as const) this.place(where);
    for (const section of allSections) this.add(1, `<xs:element name="${section}" type="in.${section}"/>`);
    for (const [name, policy] of this.policies)
      if (policy.sections.length === 0) this.element(1, name, elementOf(policy), "fragment");
      else this.add(1, `<xs:element name="${name}" type="${this.typeName(name, "fragment")}"/>`);
    this.add(0, "</xs:schema>");
    return `${this.lines.join("\n")}\n`;
  }

  /** What may stand in a section, and the types of all policies there. */
  private place(where: Where): void {
    const allowed = [...this.policies].filter(([, { sections }]) =>
      where === "fragment" ? sections.length > 0 : sections.includes(where),
    );
    this.add(1, `<xs:group name="${where}"><xs:choice>`);
    for (const [name] of allowed) this.add(2, `<xs:element name="${name}" type="${this.typeName(name, where)}"/>`);
    this.add(1, "</xs:choice></xs:group>");
    this.add(
      1,
      `<xs:complexType name="in.${where}"><xs:group ref="${where}" minOccurs="0" maxOccurs="unbounded"/></xs:complexType>`,
    );
    for (const [name, policy] of allowed) {
      const type = this.typeName(name, where);
      if (this.made.has(type)) continue;
      this.made.add(type);
      this.type(1, elementOf(policy), where, ` name="${type}"`);
    }
  }

  /** Policies in which others stand are of another type in each section. */
  private typeName(name: string, where: Where): string {
    return holdsPolicies(elementOf(this.policies.get(name)!)) ? `${name}.${where}` : name;
  }

  private element(depth: number, name: string, schema: ElementSchema, where: Where): void {
    this.add(depth, `<xs:element name="${name}">`);
    this.type(depth + 1, schema, where, "");
    this.add(depth, "</xs:element>");
  }

  private type(depth: number, schema: ElementSchema, where: Where, name: string): void {
    const isMixed = schema.content === "raw";
    const hasText = schema.content === "text";
    this.add(depth, `<xs:complexType${name}${isMixed ? ' mixed="true"' : ""}>`);
    if (schema.notes !== "")
      this.add(depth + 1, `<xs:annotation><xs:documentation>${escaped(schema.notes)}</xs:documentation></xs:annotation>`);
    if (isMixed)
      this.add(
        depth + 1,
        '<xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" namespace="##any" processContents="skip"/></xs:sequence>',
      );
    else if (schema.content === "elements" || schema.content === "policies") this.nested(depth + 1, schema, where);
    const rest = hasText ? depth + 3 : depth + 1;
    if (hasText) this.add(depth + 1, '<xs:simpleContent><xs:extension base="xs:string">');
    for (const [attribute, rules] of Object.entries(schema.attributes)) this.attribute(rest, attribute, rules);
    if (!Object.hasOwn(schema.attributes, "id")) this.add(rest, '<xs:attribute name="id" type="xs:string"/>');
    if (hasText) this.add(depth + 1, "</xs:extension></xs:simpleContent>");
    this.add(depth, "</xs:complexType>");
  }

  private nested(depth: number, { content, children, section, own = [] }: ElementSchema, where: Where): void {
    const here = section ?? where;
    this.add(depth, '<xs:choice minOccurs="0" maxOccurs="unbounded">');
    if (content === "policies" && section === undefined) this.add(depth + 1, `<xs:group ref="${here}"/>`);
    else if (content === "policies") {
      const allowed = Object.keys(children);
      const known = new Map(own.map((policy) => [policy.name, policy]));
      for (const name of allowed.length > 0 ? allowed : this.policies.keys()) {
        const policy = known.get(name) ?? this.policies.get(name);
        if (policy !== undefined) this.element(depth + 1, name, elementOf(policy), here);
      }
    } else {
      for (const [name, child] of Object.entries(children)) this.element(depth + 1, name, elementOf(child), here);
      if (!Object.hasOwn(children, "include-fragment")) this.fragment(depth + 1);
    }
    this.add(depth, "</xs:choice>");
  }

  /** Parts of a policy may stand in a fragment. */
  private fragment(depth: number): void {
    const policy = this.policies.get("include-fragment");
    if (policy !== undefined)
      this.add(depth, `<xs:element name="include-fragment" type="${this.typeName("include-fragment", "fragment")}"/>`);
  }

  private attribute(depth: number, name: string, schema: AttributeSchema): void {
    const use = schema.required && schema.missing === undefined ? ' use="required"' : "";
    const types = literalType(schema);
    const isPlain = types === null;
    const hasBody = !isPlain || schema.notes !== "";
    this.add(depth, `<xs:attribute name="${name}"${isPlain ? ' type="xs:string"' : ""}${use}${hasBody ? "" : "/"}>`);
    if (!hasBody) return;
    if (schema.notes !== "")
      this.add(depth + 1, `<xs:annotation><xs:documentation>${escaped(schema.notes)}</xs:documentation></xs:annotation>`);
    if (!isPlain) {
      const others = `named-value${schema.expressions ? " expression" : ""}`;
      this.add(depth + 1, `<xs:simpleType><xs:union memberTypes="${others}">${types}</xs:union></xs:simpleType>`);
    }
    this.add(depth, "</xs:attribute>");
  }

  private add(depth: number, line: string): void {
    this.lines.push("  ".repeat(depth) + line);
  }
}

/** Do policies stand in an element, of the section around it? */
const holdsPolicies = ({ content, section, children }: Pick<ChildSchema, "content" | "section" | "children">): boolean =>
  (content === "policies" && section === undefined) || Object.values(children).some(holdsPolicies);

function elementOf(schema: PolicyDefinition | ChildSchema): ElementSchema {
  const { attributes, children } = schema;
  if ("compile" in schema)
    return {
      content: schema.content ?? (Object.keys(children).length > 0 ? "elements" : "empty"),
      attributes,
      children,
      notes: schema.summary,
    };
  const { content, section, own, notes } = schema;
  return {
    content,
    attributes,
    children,
    notes,
    ...(section === undefined ? {} : { section }),
    ...(own === undefined ? {} : { own }),
  };
}

/** The form of an attribute's literals; null: any text. */
function literalType({ type, values, min, max }: AttributeSchema): string | null {
  const restriction = (base: string, facets: string): string =>
    `<xs:simpleType><xs:restriction base="${base}">${facets}</xs:restriction></xs:simpleType>`;
  const from = type === "duration-seconds" ? (min ?? 0) : min;
  const range = `${from === undefined ? "" : `<xs:minInclusive value="${from}"/>`}${max === undefined ? "" : `<xs:maxInclusive value="${max}"/>`}`;
  switch (type) {
    case "boolean":
      return restriction("truth", "");
    case "integer":
      return restriction("xs:integer", range);
    case "number":
    case "duration-seconds":
      return restriction("xs:decimal", range);
    case "enum":
      return values === null
        ? null
        : restriction("xs:token", values.map((value) => `<xs:enumeration value="${escaped(value)}"/>`).join(""));
    default:
      return null;
  }
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
