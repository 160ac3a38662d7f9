// `pnpm run reference`: writes docs/reference/lint, docs/reference/parity.md, and docs/reference/policies from what the policies declare and the example files.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileSchemas, readTestFile } from "@turnpike/core/testing";
import { builtInPolicies, commonErrors } from "@turnpike/core/tools";
import { lintPages } from "./lint-pages.mjs";
import { parityPage } from "./parity.mjs";

const root = new URL("../", import.meta.url);
const pagesFolder = new URL("docs/reference/policies/", root);

const sectionNames = ["inbound", "backend", "outbound", "on-error"];
const scopeNames = ["global", "workspace", "product", "api", "operation"];
const categoryTitles = {
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
const typeNames = {
  string: "text",
  boolean: "true or false",
  integer: "whole number",
  number: "number",
  "duration-seconds": "seconds",
  expression: "expression",
  object: "any value",
};

/** Every page by its file name, as it should be in docs/reference/policies. */
export function referencePages() {
  const pages = new Map(builtInPolicies.map((policy) => [`${policy.name}.md`, policyPage(policy)]));
  return pages.set("README.md", indexPage());
}

function indexPage() {
  const lines = [
    "# Policies",
    "",
    "Every policy that Turnpike runs, by category. The pages are made from what the policies declare: `pnpm run reference`.",
  ];
  for (const [category, title] of Object.entries(categoryTitles)) {
    const policies = builtInPolicies.filter((policy) => policy.category === category).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (policies.length === 0) continue;
    lines.push("", `## ${title}`, "", "| policy | what it does |", "| --- | --- |");
    for (const { name, aliases = [], summary } of policies) {
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

function policyPage(policy) {
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
        : [`| sections | ${listed(sections, sectionNames)} |`, `| scopes | ${listed(scopes, scopeNames)} |`]),
      `| content | ${contentOf(policy)} |`,
    ].join("\n"),
    ...remarkParts(policy),
    ...(Object.keys(attributes).length === 0 ? [] : ["## Attributes", attributeTable(attributes)]),
    ...(Object.keys(children).length === 0 ? [] : ["## Elements", ...elementParts(children, [])]),
    ...errorParts(policy),
    ...exampleParts(name),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Paragraphs as they are; the readings of open questions as a list of their own. */
function remarkParts({ remarks = [], readings = [] }) {
  const paragraphs = remarks.map(escaped);
  if (readings.length === 0) return paragraphs;
  const list = readings.map((reading) => `- ${escaped(reading)}`).join("\n");
  return [...paragraphs, "## Readings", "Where the reference leaves a question open, Turnpike reads it like this:", list];
}

function attributeTable(attributes) {
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
function strangeness({ undocumented }) {
  if (undocumented === undefined) return "";
  return undocumented === "works" ? " Not documented: a warning." : " Not documented: a warning, and no effect.";
}

function typeOf({ type, values, min, max }) {
  if (type === "enum") return values.map(code).join(", ");
  const from = min === undefined ? "" : `from ${min}`;
  const to = max === undefined ? "" : `to ${max}`;
  const range = [from, to].filter((bound) => bound !== "").join(" ");
  return range === "" ? typeNames[type] : `${typeNames[type]}, ${range}`;
}

/** One heading for each element below the policy, whatever its depth, named by its path. */
function elementParts(children, path) {
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

function occurrence({ min, max, missing }) {
  const soft = missing === "warning" ? " Its absence is only a warning." : "";
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? "Any number of times." : `At least ${times(min)}.${soft}`;
  if (min === max) return `Exactly ${times(min)}.${soft}`;
  return min === 0 ? `At most ${times(max)}.` : `${min} to ${max} times.${soft}`;
}

/** Text is taken as any value only for the sake of expressions that give null. */
const textTypeName = (type) => (type === undefined || type === "object" ? "text" : typeNames[type]);

const times = (count) => (count === 1 ? "once" : `${count} times`);

function contentOf({ content, children, text, type, empty, expressions }) {
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
function errorParts({ name, aliases = [], errors = [] }) {
  if (errors.length === 0) return [];
  return [
    "## Errors",
    `\`context.LastError.Source\` is ${[name, ...aliases].map(code).join(" or ")}${aliases.length === 0 ? "" : ", as written"}; the answer's default body is JSON with \`statusCode\` and \`message\`. Errors of any policy are in the [index](README.md#errors-of-any-policy).`,
    errorTable(errors),
  ];
}

function errorTable(errors) {
  const rows = errors.map(
    (error) =>
      `| ${cell(error.when)} | ${error.status} | ${error.reason === null ? "" : code(error.reason)} | ${cell(messageOf(error))} |`,
  );
  return ["| when | status | reason | message |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** What callers are told, and what stands in LastError where that is something else. */
function messageOf({ message, toCaller, toCallerFrom }) {
  if (toCaller === undefined && toCallerFrom === undefined) return message;
  const own = toCallerFrom === undefined ? "" : code(toCallerFrom);
  const between = own === "" || toCaller === undefined ? "" : ", otherwise: ";
  return `to the caller: ${ended(`${own}${between}${toCaller ?? ""}`)} In LastError: ${message}`;
}

const ended = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The documents of the example file, and a link to it. Nothing as long as there is no such file. */
function exampleParts(name) {
  const file = `docs/examples/policies/${name}.policy-test.yaml`;
  const link = `[${name}.policy-test.yaml](../../examples/policies/${name}.policy-test.yaml)`;
  if (!existsSync(new URL(file, root))) return [];
  const { data, diagnostics } = readTestFile(fileURLToPath(new URL(file, root)));
  if (data === null) throw new Error(`${file}: ${diagnostics[0]?.message}`);
  const { policy, operationPolicy, inherits, fragments, gateway } = data;
  const documents = documentsIn({ policy, operationPolicy, inherits, fragments, gateway }).filter(({ xml }) => saysAnything(xml));
  const shown = documents.flatMap(({ xml, path }) => [
    ...(path === "policy" ? [] : [`${code(path)}:`]),
    ["```xml", xml.trimEnd(), "```"].join("\n"),
  ]);
  const cases = data.tests.map((test) => `- ${escaped(String(test.name))}`).join("\n");
  return ["## Example", ...shown, `What it does, as tested in ${link}:`, cases];
}

function documentsIn(value, path = []) {
  if (typeof value === "string") return value.trimStart().startsWith("<") ? [{ xml: value, path: path.join(".") }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => documentsIn(item, [...path, key]));
}

/** Does a document hold more than its sections and what they inherit? */
const saysAnything = (xml) => /<(?!\/|!--|(?:policies|inbound|backend|outbound|on-error|base)[\s/>])/.test(xml);

const code = (text) => `\`${text}\``;

const listed = (names, all) =>
  all.every((name) => names.includes(name)) ? `all: ${all.join(", ")}` : all.filter((name) => names.includes(name)).join(", ");

/** Angle brackets outside of code would be taken for HTML. */
const escaped = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;")))
    .join("");

const cell = (text) => escaped(text).replaceAll("|", "\\|");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(pagesFolder, { recursive: true });
  for (const [name, text] of referencePages()) writeFileSync(new URL(name, pagesFolder), text);
  const schemasFolder = new URL("packages/core/schemas/", root);
  mkdirSync(schemasFolder, { recursive: true });
  for (const [name, schema] of Object.entries(fileSchemas()))
    writeFileSync(new URL(name, schemasFolder), `${JSON.stringify(schema, null, 2)}\n`);
  writeFileSync(new URL("docs/reference/parity.md", root), parityPage());
  const lintFolder = new URL("docs/reference/lint/", root);
  mkdirSync(lintFolder, { recursive: true });
  for (const [name, text] of lintPages()) writeFileSync(new URL(name, lintFolder), text);
}
