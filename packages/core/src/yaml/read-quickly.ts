import { CORE_SCHEMA, load } from "js-yaml";
import { isUtf16 } from "../diagnostics/utf16.js";
import { readYaml, type ShapedDocument } from "./read-shaped.js";

/** An anchor or alias at the start of a value. Aliases are bounded by the slower reader. */
const ALIAS = /(?:^|[\s,[{:-])[&*][\w-]/;

/**
 * What {@link readYaml} reads, several times as fast, for large documents that are mostly sound: places are looked for only if something
 * asks for one, and what is not sound is read again to be told of.
 */
export function readQuickly(source: string, file: string): ShapedDocument {
  let data: unknown;
  try {
    if (ALIAS.test(source) || isUtf16(source)) return readYaml(source, file);
    data = load(source, { schema: CORE_SCHEMA });
  } catch {
    return readYaml(source, file);
  }
  let slow: ShapedDocument | null = null;
  return {
    data,
    diagnostics: [],
    placeOf: (path) => {
      slow ??= readYaml(source, file);
      return slow.placeOf(path);
    },
  };
}
