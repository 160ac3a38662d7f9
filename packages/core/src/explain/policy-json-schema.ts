import type { AttributeSchema, ChildSchema, PolicyDefinition } from "../policy/definition.js";
import { allSections, type SectionName } from "../policy/sections.js";

/** A part of a JSON schema (draft 2020-12). */
type Json = Readonly<Record<string, unknown>>;

const NAMED_VALUE = { type: "string", pattern: "\\{\\{[\\s\\S]+\\}\\}" };
const EXPRESSION = { type: "string", pattern: "^\\s*@[({]" };

/**
 * A JSON schema (draft 2020-12) of policies as data, for tools that make or check documents: an element is an object with its attributes as
 * `@name`, its text as `#text`, its children by name as lists, and the policies that stand in it, in their order, as `#policies`: a list of objects
 * with one member, the policy's name. A document is such an object with a list of policies for each section.
 * @param policies those that documents may name
 */
export function policyJsonSchema(policies: readonly PolicyDefinition[]): Readonly<Record<string, unknown>> {
  const named = policies
    .flatMap((policy) => [policy.name, ...(policy.aliases ?? [])].map((name) => ({ name, policy })))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const standing = named.filter(({ policy }) => policy.sections.length > 0);
  const inSection = (section: SectionName): Json => listOf(standing.filter(({ policy }) => policy.sections.includes(section)));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Policies of Azure API Management and of Turnpike as data",
    type: "object",
    properties: {
      "@language": { enum: ["csharp", "javascript"] },
      "@id": { type: "string" },
      ...Object.fromEntries(allSections.map((section) => [section, { $ref: `#/$defs/in.${section}` }])),
    },
    additionalProperties: false,
    $defs: {
      ...Object.fromEntries(allSections.map((section) => [`in.${section}`, inSection(section)])),
      "in.fragment": listOf(standing),
      ...Object.fromEntries(named.map(({ name, policy }) => [`policy.${name}`, policyOf(policy)])),
    },
  };
}

function listOf(policies: readonly { readonly name: string }[]): Json {
  const properties = Object.fromEntries(policies.map(({ name }) => [name, { $ref: `#/$defs/policy.${name}` }]));
  return {
    type: "array",
    items: { type: "object", properties, minProperties: 1, maxProperties: 1, additionalProperties: false },
  };
}

function policyOf(policy: PolicyDefinition): Json {
  const { attributes, children, summary } = policy;
  const content = policy.content ?? (Object.keys(children).length > 0 ? "elements" : "empty");
  return elementOf({ attributes, children, content, notes: summary });
}

function elementOf({
  attributes,
  children,
  content,
  section,
  own = [],
  notes,
}: Pick<ChildSchema, "attributes" | "children" | "content" | "section" | "own" | "notes">): Json {
  const nested = section !== undefined && Object.keys(children).length > 0;
  const ownPolicies = Object.fromEntries(own.map((policy) => [policy.name, policyOf(policy)]));
  const required = Object.entries(attributes).filter(([, rules]) => rules.required && rules.missing === undefined);
  return {
    type: "object",
    ...(notes === "" ? {} : { description: notes }),
    properties: {
      ...(Object.hasOwn(attributes, "id") ? {} : { "@id": { type: "string" } }),
      ...Object.fromEntries(Object.entries(attributes).map(([name, rules]) => [`@${name}`, attributeOf(rules)])),
      ...(content === "text" || content === "raw" ? { "#text": { type: "string" } } : {}),
      ...(content === "policies" && !nested ? { "#policies": { $ref: "#/$defs/in.fragment" } } : {}),
      ...(content === "policies" && nested
        ? {
            "#policies": {
              type: "array",
              items: {
                type: "object",
                properties: Object.fromEntries(
                  Object.keys(children).map((name) => [name, ownPolicies[name] ?? { $ref: `#/$defs/policy.${name}` }]),
                ),
                minProperties: 1,
                maxProperties: 1,
                additionalProperties: false,
              },
            },
          }
        : {}),
      ...(content === "elements" || content === "raw"
        ? Object.fromEntries(Object.entries(children).map(([name, child]) => [name, { type: "array", items: elementOf(child) }]))
        : {}),
      ...(content === "elements" && !Object.hasOwn(children, "include-fragment")
        ? { "include-fragment": { type: "array", items: { $ref: "#/$defs/policy.include-fragment" } } }
        : {}),
    },
    ...(required.length === 0 ? {} : { required: required.map(([name]) => `@${name}`) }),
    additionalProperties: false,
  };
}

/** Literals, named values and expressions, all written as text; numbers and truth values may also be JSON's own. */
function attributeOf({ type, values, min, max, expressions, notes, default: initial }: AttributeSchema): Json {
  const range = { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
  const others = [NAMED_VALUE, ...(expressions ? [EXPRESSION] : [])];
  const facts = { ...(notes === "" ? {} : { description: notes }), ...(initial === null ? {} : { default: initial }) };
  switch (type) {
    case "boolean":
      return {
        ...facts,
        anyOf: [
          { type: "boolean" },
          { type: "string", pattern: "^\\s*(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\\s*$" },
          ...others,
        ],
      };
    case "integer":
      return {
        ...facts,
        anyOf: [{ type: "integer", ...range }, { type: "string", pattern: "^\\s*[+-]?\\d{1,15}\\s*$" }, ...others],
      };
    case "number":
    case "duration-seconds":
      return {
        ...facts,
        anyOf: [
          { type: "number", ...(type === "duration-seconds" ? { minimum: 0 } : {}), ...range },
          { type: "string", pattern: "^\\s*[+-]?(?:\\d{1,15}(?:\\.\\d{0,15})?|\\.\\d{1,15})\\s*$" },
          ...others,
        ],
      };
    case "enum":
      return values === null ? { ...facts, type: "string" } : { ...facts, anyOf: [{ enum: values }, ...others] };
    default:
      return { ...facts, type: "string" };
  }
}
