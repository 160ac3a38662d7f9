import { normalizePath } from "../../http/path.js";
import { Url } from "../../http/url.js";
import { urlOfUnknown } from "../outside-values.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";

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
  const url = Url.parse(text) ?? Url.parse(urlOfUnknown(text) ?? "");
  const resolved = url === null ? null : normalizePath(url);
  if (url === null) loaded.report(path, configurationProblems.notAUrl(written));
  else if (resolved === null) loaded.report(path, configurationProblems.ambiguousUrl(written));
  return resolved;
}
