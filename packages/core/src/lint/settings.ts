import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { allScopes } from "../policy/sections.js";
import { readShaped } from "../yaml/read-shaped.js";
import { list, map, object, type Shape, text, word } from "../yaml/shape.js";
import type { RuleSetting } from "./finding.js";
import { type LintTarget, lintTargets } from "./target.js";

/** What `turnpike.lint.yaml` may say. */
export interface LintSettings {
  /** Rules by id. */
  readonly rules?: Readonly<Record<string, RuleSetting>>;
  /** Files that are not looked at, as patterns relative to the file: `legacy/**`. */
  readonly ignore?: readonly string[];
  readonly target?: LintTarget;
  readonly scope?: (typeof allScopes)[number];
  /** Modules with rules of one's own, relative to the file. */
  readonly modules?: readonly string[];
}

/** The shape of that file. */
export const lintSettingsShape: Shape = object<LintSettings>({
  rules: map(word("off", "info", "warning", "error")),
  ignore: list(text),
  target: word(...lintTargets),
  scope: word(...allScopes),
  modules: list(text),
});

/** Reads the text of a `turnpike.lint.yaml`. What is wrong with it is among the findings; then it says nothing. */
export function readLintSettings(
  source: string,
  file: string,
): { readonly settings: LintSettings; readonly diagnostics: readonly Diagnostic[] } {
  const { data, diagnostics } = readShaped(source, file, lintSettingsShape);
  return { settings: diagnostics.length === 0 ? ((data ?? {}) as LintSettings) : {}, diagnostics };
}

/** Is a path, written with `/`, one that a pattern means? `*` stands for anything but `/`, `**` for anything. */
export function isIgnored(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .replace(/^\.\//, "")
      .replace(/[.+^$()|[\]\\{}]/g, "\\$&")
      .replace(/\*\*\/|\*\*|\*|\?/g, (part) =>
        part === "**/" ? "(?:.*/)?" : part === "**" ? ".*" : part === "*" ? "[^/]*" : "[^/]",
      );
    return new RegExp(`^${source}(?:/.*)?$`).test(path);
  });
}
