// `pnpm run prose`: holds the pages for users, and the texts of the tables of messages, against the words of scripts/words.json (textlint).
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const require = createRequire(import.meta.url);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { createLinter } = require("textlint");
const pluginOf = (module) => module.default ?? module;
// The kernel and its plugins come with textlint.
const within = createRequire(require.resolve("textlint/package.json"));
const { TextlintKernelDescriptor } = within("@textlint/kernel");
const terms = JSON.parse(readFileSync(new URL("words.json", import.meta.url), "utf8"));

const linter = createLinter({
  descriptor: new TextlintKernelDescriptor({
    rules: [
      {
        ruleId: "terminology",
        rule: pluginOf(require("textlint-rule-terminology")),
        options: { defaultTerms: false, terms, skip: ["Link", "BlockQuote"] },
      },
    ],
    plugins: [
      { pluginId: "markdown", plugin: pluginOf(within("@textlint/textlint-plugin-markdown")), options: { extensions: [".md"] } },
      { pluginId: "text", plugin: pluginOf(within("@textlint/textlint-plugin-text")), options: { extensions: [".txt"] } },
    ],
    filterRules: [],
  }),
});

const found = [];
const note = (file, { messages }, lineOf) => {
  for (const { line, column, message } of messages) found.push(`${file}:${lineOf(line)}:${column} ${message.split("\n")[0]}`);
};

for (const file of ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...below("docs", ".md")])
  note(file, await linter.lintText(readFileSync(join(root, file), "utf8"), join(root, file)), (line) => line);

for (const file of ["expressions", "core", "adapters"].flatMap((name) => below(`packages/${name}/src`, ".ts")).filter(isTable)) {
  const tree = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  for (const { text, line } of textsOf(tree, tree)) note(file, await linter.lintText(text, "message.txt"), () => line);
}

for (const finding of found) console.error(finding);
if (found.length > 0) process.exitCode = 1;

/** A table of messages: its file's name says so. Those of C# are in the C# compiler's own words. */
function isTable(file) {
  return !file.includes("/csharp/") && /(?:^|[/-])(?:problems|errors|codes)\.ts$/.test(file);
}

function below(folder, ending) {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`);
}

/** The texts of a source file. What is filled in later is left out, and the names of modules are no texts. */
function textsOf(node, tree) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return [];
  const line = tree.getLineAndCharacterOfPosition(Math.max(0, node.pos)).line + 1;
  if (ts.isStringLiteralLike(node)) return [{ text: node.text, line }];
  const own = ts.isTemplateExpression(node)
    ? [{ text: [node.head, ...node.templateSpans.map((span) => span.literal)].map(({ text }) => text).join("…"), line }]
    : [];
  const inner = [];
  ts.forEachChild(node, (child) => void inner.push(...textsOf(child, tree)));
  return [...own, ...inner];
}
