// The pages of docs/reference/lint, from what the rules declare.
import { lintRules } from "@turnpike/core/lint";

const FENCE = "```";

/** Every page by its file name. */
export function lintPages() {
  const pages = new Map(lintRules.map((rule) => [`${rule.id}.md`, rulePage(rule)]));
  return pages.set("README.md", indexPage());
}

function indexPage() {
  const rows = [...lintRules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, severity, summary, needs, hasFix }) =>
      [`[${id}](${id}.md)`, severity, cell(summary), needOf(needs), hasFix === true ? "yes" : ""].join(" | "),
    );
  return `${[
    "# Lint rules",
    "What `turnpike lint` finds beyond what `turnpike check` reports. Each rule can be set in `turnpike.lint.yaml`, by `--rule ID=SEVERITY`, or silenced by a comment with a reason. The pages are made from what the rules declare: `pnpm run reference`.",
    ["| rule | severity | finds | needs | fix |", "| --- | --- | --- | --- | --- |", ...rows.map((row) => `| ${row} |`)].join(
      "\n",
    ),
  ].join("\n\n")}\n`;
}

function rulePage({ id, severity, summary, why, remedy, examples, needs, codes = [], hasFix, target }) {
  const parts = [
    `# ${id}`,
    `Finds: ${escaped(summary)}.`,
    [
      "| | |",
      "| --- | --- |",
      `| severity | ${severity} |`,
      ...(needs === undefined ? [] : [`| needs | ${needOf(needs)} |`]),
      ...(codes.length === 0 ? [] : [`| as \`turnpike check\` reports it | ${codes.join(", ")} |`]),
      `| \`--fix\` | ${hasFix === true ? "mends it" : "does not mend it"} |`,
    ].join("\n"),
    "## Why",
    escaped(why),
    `## Found${target == null ? "" : ` with \`--target ${target}\``}`,
    ...shown(examples.bad),
    "## Not found",
    ...shown(examples.good),
    "## What to do",
    escaped(remedy),
  ];
  return `${parts.join("\n\n")}\n`;
}

function shown(example) {
  if (typeof example === "string") return [block("xml", example)];
  return Object.entries(example).flatMap(([name, text]) => [
    `\`${name}\`:`,
    block(/\.xml$/.test(name) ? "xml" : name.split(".").pop(), text),
  ]);
}

/** Lines of an example that are shown: one that is about its size is longer. */
const MOST_LINES = 60;

function block(language, text) {
  const lines = text.trimEnd().split("\n");
  const shown = lines.length <= MOST_LINES ? lines : [...lines.slice(0, 8), `  … and so on: ${lines.length} lines`];
  return [`${FENCE}${language}`, ...shown, FENCE].join("\n");
}

function needOf(needs) {
  return needs === "configuration" ? "a configuration" : needs === "target" ? "`--target`" : "";
}

/** Angle brackets outside of code would be taken for HTML. */
const escaped = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;")))
    .join("");

const cell = (text) => escaped(text).replaceAll("|", "\\|");
