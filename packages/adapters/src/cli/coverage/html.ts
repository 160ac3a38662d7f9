import { readFileSync } from "node:fs";
import type { FileCoverage, ReportedItem } from "@turnpike/core/testing";
import { concealSecrets } from "@turnpike/core/tools";
import { escapeXml } from "../escape-xml.js";
import { missed, percentOf } from "./text.js";

/** Coverage as pages: a list of the documents, and each document with its lines coloured. */
export function htmlPages(files: readonly FileCoverage[]): ReadonlyMap<string, string> {
  const named = files.map((file, index) => ({ file, page: `${index + 1}-${file.file.replace(/[^\w.-]+/g, "-")}.html` }));
  return new Map([
    ["index.html", page("Coverage", indexBody(named))],
    ...named.map(({ file, page: name }): [string, string] => [name, page(file.file, documentBody(file))]),
  ]);
}

function indexBody(named: readonly { readonly file: FileCoverage; readonly page: string }[]): string {
  const rows = named.map(
    ({ file, page: name }) =>
      `<tr><td><a href="${escapeXml(name)}">${escapeXml(file.file)}</a></td><td class="number">${percentOf(file)} %</td><td class="number">${file.covered} of ${file.total}</td><td><meter min="0" max="1" value="${file.total === 0 ? 1 : file.covered / file.total}"></meter></td></tr>`,
  );
  return `<h1>Coverage</h1>\n<table>\n<tr><th>document</th><th>covered</th><th>items</th><th></th></tr>\n${rows.join("\n")}\n</table>`;
}

function documentBody(file: FileCoverage): string {
  const lines = sourceLines(file.file);
  const byLine = new Map<number, ReportedItem[]>();
  for (const item of file.items) byLine.set(item.line, [...(byLine.get(item.line) ?? []), item]);
  const rows = lines.map((text, index) => row(index + 1, text, byLine.get(index + 1) ?? []));
  const places = (file.included ?? []).map((place) => `<li>${escapeXml(place.at)}: ${place.covered} of ${place.total}</li>`);
  return [
    `<p><a href="index.html">Coverage</a></p><h1>${escapeXml(file.file)}</h1>`,
    `<p>${percentOf(file)} %: ${file.covered} of ${file.total}. <span class="hit">reached</span> <span class="part">in part</span> <span class="miss">not reached</span></p>`,
    ...(places.length === 0 ? [] : [`<p>Included at</p><ul>${places.join("")}</ul>`]),
    `<table class="source">\n${rows.join("\n")}\n</table>`,
  ].join("\n");
}

function row(number: number, text: string, items: readonly ReportedItem[]): string {
  const reached = items.filter(({ hits }) => hits > 0);
  const state = items.length === 0 ? "" : reached.length === items.length ? "hit" : reached.length === 0 ? "miss" : "part";
  const runs = items.filter(({ kind }) => kind === "policy" || kind === "base" || kind === "when" || kind === "otherwise");
  const count = runs.length === 0 ? "" : `${Math.max(...runs.map(({ hits }) => hits))}×`;
  const missing = items.filter(({ hits }) => hits === 0).map((item) => `<span class="missing">${escapeXml(missed(item))}</span>`);
  const tests = [...new Set(items.flatMap((item) => item.tests))].sort();
  const list = tests.map((test) => `<li>${escapeXml(test)}</li>`).join("");
  const reachedBy =
    tests.length === 0
      ? ""
      : `<details><summary>${tests.length} test${tests.length === 1 ? "" : "s"}</summary><ul>${list}</ul></details>`;
  return `<tr id="L${number}"${state === "" ? "" : ` class="${state}"`}><td class="number">${number}</td><td class="number">${count}</td><td><code>${escapeXml(text)}</code>${missing.join("")}</td><td>${reachedBy}</td></tr>`;
}

/** The document without its secrets; none if it is not there any more. */
function sourceLines(file: string): readonly string[] {
  try {
    return concealSecrets(readFileSync(file, "utf8"), file).split(/\r\n|\n|\r/);
  } catch {
    return [];
  }
}

const STYLE = `
:root { color-scheme: light dark; --hit: light-dark(#dff5df, #16381b); --part: light-dark(#fff3cd, #4a3a0a); --miss: light-dark(#fbdcdc, #4d1c1c); }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
th { text-align: left; }
td, th { padding: 0 .75rem 0 0; vertical-align: top; }
.number { text-align: right; color: GrayText; white-space: nowrap; }
code { font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; }
.hit, .hit code { background: var(--hit); }
.part, .part code { background: var(--part); }
.miss, .miss code { background: var(--miss); }
.missing { margin-left: 1rem; font-style: italic; }
details ul { margin: 0; }
`;

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(title)}</title><style>${STYLE}</style></head>
<body>
${body}
</body>
</html>
`;
}
