import { BodyLoss } from "./body-loss.js";

/** How deep fields with brackets may nest. */
const MOST_DEPTH = 32;

/** A parsed form as bytes: fields with brackets for what is nested, as the parsers of forms read them. */
export function formBytes(body: unknown): Uint8Array | BodyLoss {
  const pairs = new URLSearchParams();
  const loss = addPairs(pairs, "", body, 0);
  return loss ?? Buffer.from(pairs.toString());
}

/** The fields of a form; repeated ones as lists. */
export function formFields(text: string): Record<string, string | string[]> {
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields[name];
    fields[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return fields;
}

function addPairs(pairs: URLSearchParams, name: string, value: unknown, depth: number): BodyLoss | null {
  if (Array.isArray(value)) return new BodyLoss(`the repeated form key "${name}"`);
  if (typeof value === "object" && value !== null) {
    if (depth > MOST_DEPTH) return new BodyLoss(`a form nested deeper than ${MOST_DEPTH} levels`);
    for (const [key, item] of Object.entries(value)) {
      const loss = addPairs(pairs, name === "" ? key : `${name}[${key}]`, item, depth + 1);
      if (loss !== null) return loss;
    }
    return null;
  }
  const text = String(value ?? "");
  if (text.includes("\ufffd") || name.includes("\ufffd")) return new BodyLoss("bytes that are no text");
  if (depth > 0) pairs.append(name, text);
  return null;
}
