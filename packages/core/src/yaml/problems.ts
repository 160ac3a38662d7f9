import { nearest } from "../diagnostics/nearest.js";
import { error, type Problem } from "../diagnostics/problem.js";
import { utf16 } from "../diagnostics/utf16.js";

/** Everything that can be wrong with a file of YAML or JSON, whatever it holds, by name. */
export const yamlProblems = {
  notUtf8: (): Problem => error("TP4001", utf16.message, utf16.hint),
  /** @param why what its parser says */
  notYaml: (why: string): Problem => error("TP4001", why),

  // Of its shape
  /** @param where the part, or what the whole is called */
  unexpectedValue: (where: string, expected: string): Problem => error("TP4002", `${where} must be ${expected}.`),
  unknownKey: (key: string, where: string | null, known: readonly string[]): Problem => {
    const near = nearest(key, known);
    return error(
      "TP4002",
      `Unknown key "${key}"${where === null ? "" : ` in ${where}`}.`,
      near === null ? `Known keys: ${known.join(", ")}.` : `Did you mean "${near}"?`,
    );
  },
  keyMissing: (where: string, key: string): Problem => error("TP4002", `${where} needs the key "${key}".`),
};
