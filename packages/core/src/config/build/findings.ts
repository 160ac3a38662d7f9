import { nearest } from "../../diagnostics/nearest.js";
import { normalizePath } from "../../http/path.js";
import { Url } from "../../http/url.js";
import type { LoadedConfiguration } from "../source.js";

/** Reports a name that nothing has. */
export function missing(
  loaded: LoadedConfiguration,
  path: readonly (string | number)[],
  what: string,
  name: string,
  known: readonly string[],
): void {
  const near = nearest(name, known);
  const hint =
    near !== null ? `Did you mean ${near}?` : known.length === 0 ? undefined : `There are ${known.slice(0, 20).join(", ")}.`;
  loaded.report("error", "TP3002", path, `There is no ${what} ${name}.`, hint);
}

/**
 * An absolute http(s) URL of the configuration; null, and a finding, if it is none.
 * @param text with named values put in
 * @param written without: what is shown
 */
export function buildUrl(
  text: string,
  written: string,
  path: readonly (string | number)[],
  loaded: LoadedConfiguration,
): Url | null {
  const url = Url.parse(text);
  const resolved = url === null ? null : normalizePath(url);
  if (url === null) loaded.report("error", "TP3005", path, `"${written}" is not an absolute http or https URL.`);
  else if (resolved === null)
    loaded.report("error", "TP3005", path, `"${written}" has dot segments that servers read in different ways.`);
  return resolved;
}
