import { secretsInConfiguration, secretsInDocument } from "./secret-documents.js";
import { type SecretRange, secretsIn } from "./secret-places.js";

/** What stands in place of a secret. */
export const MASK = "***";

/**
 * The text with `***` in place of what is a secret by where it stands: passwords in URLs, keys in queries and connection strings, credentials
 * behind names of headers, private keys.
 */
export function maskSecrets(text: string): string {
  const ranges = secretsIn(text);
  if (ranges.length === 0) return text;
  let result = "";
  let done = 0;
  for (const [from, to] of ranges) {
    result += text.slice(done, from) + MASK;
    done = to;
  }
  return result + text.slice(done);
}

/**
 * A file's text with stars in place of its secrets, for showing lines of it: everything else stays in its line and column.
 * @param file its name tells a policy document (`.xml`) from a configuration
 */
export function concealSecrets(text: string, file: string): string {
  return concealed(text, /\.(?:ya?ml|json)$/i.test(file) ? secretsInConfiguration(text) : secretsInDocument(text));
}

function concealed(text: string, ranges: readonly SecretRange[]): string {
  let result = "";
  let done = 0;
  for (const [from, to] of ranges) {
    const lines = text.slice(from, to).split("\n");
    result += text.slice(done, from) + lines.map((line) => MASK.slice(0, line.length).padEnd(line.length)).join("\n");
    done = to;
  }
  return result + text.slice(done);
}
