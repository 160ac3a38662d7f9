import { existsSync, readdirSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

/** A page for users or contributors. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** README, CONTRIBUTING, SECURITY and everything in `docs/`. */
export function pages(): Page[] {
  const documents = readdirSync(new URL("docs/", root), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path.replaceAll("\\", "/")}`);
  return ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...documents].map((path) => ({
    path,
    text: readFileSync(new URL(path, root), "utf8"),
  }));
}

/** A file of the repository, as text. */
export const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** True for a file or folder of the repository. */
export const exists = (path: string): boolean => existsSync(new URL(path, root));

/** The code of a page: what stands between backticks, and the lines of its blocks. */
export function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^( *)```[^\n]*\n(.*?)^\1```/gms)].flatMap(([, , block]) => block!.split("\n"));
  const prose = text.replace(/^( *)```.*?^\1```/gms, "");
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  const indented = prose.split("\n").filter((line) => line.startsWith("    "));
  return [...blocks, ...spans, ...indented];
}

/** Paths of this repository that a piece of code names: those that begin with one of its folders. */
export function pathsIn(code: string): string[] {
  return [...code.matchAll(/(?<![\w./-])(?:packages|test|docs|scripts|sample)\/[\w./-]*\w\/?/g)].map(([path]) => path);
}

/** A call of the `turnpike` command, as a page shows it. */
export interface ShownCall {
  readonly command: string;
  /** Long options, without dashes. */
  readonly options: readonly string[];
}

/** The calls of `turnpike` in a piece of code. A word in capitals stands for something and is no command. */
export function callsIn(code: string): ShownCall[] {
  return [...code.matchAll(/(?:^|[\s;&|(])turnpike ((?:--)?[a-z][a-z-]*)([^\n;&|]*)/g)].map(([, command, rest]) => ({
    command: command!,
    options: [...rest!.matchAll(/(?<=\s|\[)--([a-z][a-z-]*)/g)].map(([, option]) => option!),
  }));
}

/** The scripts of the repository that a piece of code runs. */
export function scriptsIn(code: string): string[] {
  return [...code.matchAll(/\b(?:pnpm|npm)(?:@[\d.]+)? (?:run )?([a-z][\w:-]*)/g)].map(([, script]) => script!);
}
