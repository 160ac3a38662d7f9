// `pnpm run reference`: writes docs/reference/lint, docs/reference/parity.md, and docs/reference/policies from what the policies declare and the example files.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileSchemas, readTestFile } from "@turnpike/core/testing";
import { builtInPolicies, policyIndex, policyPage } from "@turnpike/core/tools";
import { lintPages } from "./lint-pages.mjs";
import { parityPage } from "./parity.mjs";
import { runPage } from "./run-page.mjs";

const root = new URL("../", import.meta.url);
const pagesFolder = new URL("docs/reference/policies/", root);

const introduction =
  "Every policy that Turnpike runs, by category. The pages are made from what the policies declare: `pnpm run reference`.";

/** Every page by its file name, as it should be in docs/reference/policies. */
export function referencePages() {
  const pages = new Map(builtInPolicies.map((policy) => [`${policy.name}.md`, policyPage(policy, exampleOf(policy.name))]));
  return pages.set("README.md", policyIndex(builtInPolicies, introduction));
}

/** The documents of the example file, and a link to it. Nothing as long as there is no such file. */
function exampleOf(name) {
  const file = `docs/examples/policies/${name}.policy-test.yaml`;
  const link = `[${name}.policy-test.yaml](../../examples/policies/${name}.policy-test.yaml)`;
  if (!existsSync(new URL(file, root))) return null;
  const { data, diagnostics } = readTestFile(fileURLToPath(new URL(file, root)));
  if (data === null) throw new Error(`${file}: ${diagnostics[0]?.message}`);
  const { policy, operationPolicy, inherits, fragments, gateway } = data;
  const documents = documentsIn({ policy, operationPolicy, inherits, fragments, gateway }).filter(({ xml }) => saysAnything(xml));
  const shown = documents.flatMap(({ xml, path }) => [
    ...(path === "policy" ? [] : [`\`${path}\`:`]),
    ["```xml", xml.trimEnd(), "```"].join("\n"),
  ]);
  return { documents: shown, link, tests: data.tests.map((test) => String(test.name)) };
}

function documentsIn(value, path = []) {
  if (typeof value === "string") return value.trimStart().startsWith("<") ? [{ xml: value, path: path.join(".") }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => documentsIn(item, [...path, key]));
}

/** Does a document hold more than its sections and what they inherit? */
const saysAnything = (xml) => /<(?!\/|!--|(?:policies|inbound|backend|outbound|on-error|base)[\s/>])/.test(xml);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(pagesFolder, { recursive: true });
  for (const [name, text] of referencePages()) writeFileSync(new URL(name, pagesFolder), text);
  writeFileSync(new URL("docs/reference/run.md", root), runPage());
  const schemasFolder = new URL("packages/core/schemas/", root);
  mkdirSync(schemasFolder, { recursive: true });
  for (const [name, schema] of Object.entries(fileSchemas()))
    writeFileSync(new URL(name, schemasFolder), `${JSON.stringify(schema, null, 2)}\n`);
  writeFileSync(new URL("docs/reference/parity.md", root), parityPage());
  const lintFolder = new URL("docs/reference/lint/", root);
  mkdirSync(lintFolder, { recursive: true });
  for (const [name, text] of lintPages()) writeFileSync(new URL(name, lintFolder), text);
}
