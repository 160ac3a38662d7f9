import { commonErrors } from "../policy/common-errors.js";
import type { DocumentedError } from "../policy/declared-error.js";
import type { AttributeSchema, ChildSchema, PolicyCategory, PolicyDefinition, ValueType } from "../policy/definition.js";
import { allScopes, allSections } from "../policy/sections.js";

const categoryTitles: Readonly<Record<PolicyCategory, string>> = {
  "rate-limiting": "Rate limiting and quotas",
  authentication: "Authentication",
  authorization: "Authorization",
  "content-validation": "Content validation",
  routing: "Routing",
  caching: "Caching",
  transformation: "Transformation",
  "cross-domain": "Cross-domain",
  integration: "Integration",
  logging: "Logging",
  "control-flow": "Control flow",
  graphql: "GraphQL",
  ingress: "Ingress",
  ai: "AI gateway",
};
const typeNames: Readonly<Record<Exclude<ValueType, "enum">, string>> = {
  string: "text",
  boolean: "true or false",
  integer: "whole number",
  number: "number",
  "duration-seconds": "seconds",
  expression: "expression",
  object: "any value",
};

/**
 * The list of policies by category, in Markdown, with the errors that any policy may report.
 * @param policies those that are listed; each has a page beside the list
 * @param introduction what stands above the list
 */
export function policyIndex(policies: readonly PolicyDefinition[], introduction: string): string {
  const lines = ["# Policies", "", introduction];
  for (const [category, title] of Object.entries(categoryTitles)) {
    const listedHere = policies.filter((policy) => policy.category === category).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (listedHere.length === 0) continue;
    lines.push("", `## ${title}`, "", "| policy | what it does |", "| --- | --- |");
    for (const { name, aliases = [], summary } of listedHere) {
      const others = aliases.map((alias) => `, [${alias}](${name}.md)`).join("");
      lines.push(`| [${name}](${name}.md)${others} | ${cell(summary)} |`);
    }
  }
  lines.push(
    "",
    "## Errors of any policy",
    "",
    "What policies report for reasons of their own stands on their pages. Besides, any of them can fail like this; `context.LastError.Source` is its name. Of a failure in on-error the caller sees a 500 without its message, unless the page says otherwise.",
    "",
    errorTable(commonErrors),
  );
  return `${lines.join("\n")}\n`;
}

/** The example of a page: its documents as Markdown, where the file is, and what its tests are called. */
export interface PageExample {
  readonly documents: readonly string[];
  readonly link: string;
  readonly tests: readonly string[];
}

/** The reference page of a policy, in Markdown, from its definition: built-in or one's own. */
export function policyPage(policy: PolicyDefinition, example: PageExample | null = null): string {
  const { name, aliases = [], category, summary, sections, scopes, attributes, children } = policy;
  const parts = [
    `# ${name}`,
    summary,
    [
      "| | |",
      "| --- | --- |",
      `| category | ${categoryTitles[category]} |`,
      ...(aliases.length === 0 ? [] : [`| also as | ${aliases.map(code).join(", ")} |`]),
      ...(sections.length === 0
        ? ["| stands in | the document of a GraphQL resolver |"]
        : [`| sections | ${listed(sections, allSections)} |`, `| scopes | ${listed(scopes, allScopes)} |`]),
      `| content | ${contentOf(policy)} |`,
    ].join("\n"),
    ...remarkParts(policy),
    ...(Object.keys(attributes).length === 0 ? [] : ["## Attributes", attributeTable(attributes)]),
    ...(Object.keys(children).length === 0 ? [] : ["## Elements", ...elementParts(children, [])]),
    ...errorParts(policy),
    ...exampleParts(example),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Paragraphs as they are; the readings of open questions as a list of their own. */
function remarkParts({ remarks = [], readings = [] }: PolicyDefinition): string[] {
  const paragraphs = remarks.map(escaped);
  if (readings.length === 0) return paragraphs;
  const list = readings.map((reading) => `- ${escaped(reading)}`).join("\n");
  return [...paragraphs, "## Readings", "Where the reference leaves a question open, Turnpike reads it like this:", list];
}

function attributeTable(attributes: PolicyDefinition["attributes"]): string {
  const rows = Object.entries(attributes).map(([name, schema]) =>
    [
      code(name),
      typeOf(schema),
      schema.required ? (schema.missing === "warning" ? "yes (a warning)" : "yes") : "no",
      schema.default === null ? "" : code(String(schema.default)),
      schema.expressions ? (schema.empty === "refused" ? "yes, not empty" : "yes") : "no",
      cell(`${schema.notes}${strangeness(schema)}`),
    ].join(" | "),
  );
  const head = ["| attribute | value | required | default | expressions | meaning |", "| --- | --- | --- | --- | --- | --- |"];
  return [...head, ...rows.map((row) => `| ${row} |`)].join("\n");
}

/** What the reference does not name loads with a warning. */
function strangeness({ undocumented }: Pick<ChildSchema, "undocumented">): string {
  if (undocumented === undefined) return "";
  return undocumented === "works" ? " Not documented: a warning." : " Not documented: a warning, and no effect.";
}

function typeOf({ type, values, min, max }: AttributeSchema): string {
  if (type === "enum") return (values ?? []).map(code).join(", ");
  const from = min === undefined ? "" : `from ${min}`;
  const to = max === undefined ? "" : `to ${max}`;
  const range = [from, to].filter((bound) => bound !== "").join(" ");
  return range === "" ? typeNames[type] : `${typeNames[type]}, ${range}`;
}

/** One heading for each element below the policy, whatever its depth, named by its path. */
function elementParts(children: PolicyDefinition["children"], path: readonly string[]): string[] {
  return Object.entries(children).flatMap(([name, schema]) => {
    const here = [...path, name];
    return [
      `### ${here.map((element) => code(`<${element}>`)).join(" / ")}`,
      `${schema.notes === "" ? "" : `${escaped(schema.notes)} `}${occurrence(schema)}${strangeness(schema)} Content: ${contentOf(schema)}.`,
      ...(Object.keys(schema.attributes).length === 0 ? [] : [attributeTable(schema.attributes)]),
      ...elementParts(schema.children, here),
    ];
  });
}

function occurrence({ min, max, missing }: ChildSchema): string {
  const soft = missing === "warning" ? " Its absence is only a warning." : "";
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? "Any number of times." : `At least ${times(min)}.${soft}`;
  if (min === max) return `Exactly ${times(min)}.${soft}`;
  return min === 0 ? `At most ${times(max)}.` : `${min} to ${max} times.${soft}`;
}

/** Text is taken as any value only for the sake of expressions that give null. */
const textTypeName = (type: ValueType | undefined): string =>
  type === undefined || type === "object" || type === "enum" ? "text" : typeNames[type];

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

function contentOf({
  content,
  children,
  text,
  type,
  empty,
  expressions,
}: Partial<Pick<ChildSchema, "type" | "empty" | "expressions">> &
  Pick<PolicyDefinition, "content" | "children" | "text">): string {
  const kind = content ?? (Object.keys(children).length === 0 ? "empty" : "elements");
  const takesExpressions = text?.expressions ?? expressions ?? false;
  switch (kind) {
    case "text":
      return `${textTypeName(text?.type ?? type)}${takesExpressions ? `; expressions are evaluated${(text?.empty ?? empty) === "refused" ? " and must not be empty" : ""}` : ""}`;
    case "raw":
      return `text or markup${takesExpressions ? "; expressions are evaluated" : ""}`;
    case "policies":
      return "policies";
    case "elements":
      return "elements";
    default:
      return "none";
  }
}

/** How the policy ends requests, where it says so. The source is always the name under which it stands. */
function errorParts({ name, aliases = [], errors = [] }: PolicyDefinition): string[] {
  if (errors.length === 0) return [];
  return [
    "## Errors",
    `\`context.LastError.Source\` is ${[name, ...aliases].map(code).join(" or ")}${aliases.length === 0 ? "" : ", as written"}; the answer's default body is JSON with \`statusCode\` and \`message\`. Errors of any policy are in the [index](README.md#errors-of-any-policy).`,
    errorTable(errors),
  ];
}

function errorTable(errors: readonly DocumentedError[]): string {
  const rows = errors.map(
    (error) =>
      `| ${cell(error.when)} | ${error.status} | ${error.reason === null ? "" : code(error.reason)} | ${cell(messageOf(error))} |`,
  );
  return ["| when | status | reason | message |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** What callers are told, and what stands in LastError where that is something else. */
function messageOf({ message, toCaller, toCallerFrom }: DocumentedError): string {
  if (toCaller === undefined && toCallerFrom === undefined) return message;
  const own = toCallerFrom === undefined ? "" : code(toCallerFrom);
  const between = own === "" || toCaller === undefined ? "" : ", otherwise: ";
  return `to the caller: ${ended(`${own}${between}${toCaller ?? ""}`)} In LastError: ${message}`;
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function exampleParts(example: PageExample | null): string[] {
  if (example === null) return [];
  const { documents, link, tests } = example;
  return [
    "## Example",
    ...documents,
    `What it does, as tested in ${link}:`,
    tests.map((test) => `- ${escaped(test)}`).join("\n"),
  ];
}

const code = (text: string): string => `\`${text}\``;

const listed = (names: readonly string[], all: readonly string[]): string =>
  all.every((name) => names.includes(name)) ? `all: ${all.join(", ")}` : all.filter((name) => names.includes(name)).join(", ");

/** Angle brackets outside of code would be taken for HTML. */
const escaped = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;")))
    .join("");

const cell = (text: string): string => escaped(text).replaceAll("|", "\\|");
