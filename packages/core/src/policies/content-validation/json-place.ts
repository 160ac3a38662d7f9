import { placeIn, type TextPlace } from "../bodies/text-place.js";

/** Deepest nesting of a body that is validated. */
export const deepestJson = 128;

/** Is JSON text nested deeper than what is validated? Looks at brackets outside of strings only. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) i = endOfString(text, i) - 1;
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > deepestJson) return true;
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return false;
}

/**
 * The value of JSON text.
 * @returns undefined if the text is no JSON, or nested deeper than what is validated
 */
export function shallowJson(text: string): unknown {
  try {
    return isTooDeep(text) ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/**
 * Where a value stands in JSON text that is known to be sound: of objects and lists the opening bracket, of others their last character, as
 * Newtonsoft counts.
 * @param pointer a JSON pointer
 */
export function placeInJson(text: string, pointer: string): TextPlace {
  const steps = pointer.split("/").slice(1);
  let at = skipBlanks(text, 0);
  for (const step of steps) {
    const next = childAt(text, at, step.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (next < 0) break;
    at = next;
  }
  const isContainer = text[at] === "{" || text[at] === "[";
  const offset = isContainer ? at + 1 : endOfValue(text, at);
  const { line, column } = placeIn(text, offset);
  return { line, column: column - 1 };
}

/** Where a member's or item's value begins; -1 if it is not there. Of members of one name the last counts. */
function childAt(text: string, start: number, step: string): number {
  const isObject = text[start] === "{";
  if (!isObject && text[start] !== "[") return -1;
  let found = -1;
  let at = skipBlanks(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== "]" && text[at] !== "}"; index++) {
    let isWanted = !isObject && String(index) === step;
    if (isObject) {
      const end = endOfString(text, at);
      isWanted = JSON.parse(text.slice(at, end)) === step;
      at = skipBlanks(text, skipBlanks(text, end) + 1);
    }
    if (isWanted) found = at;
    if (isWanted && !isObject) return found;
    at = skipBlanks(text, endOfValue(text, at));
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  return found;
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start);
  let at = start;
  let depth = 0;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && /[\s,]/.test(char)) return at;
  }
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\r\n".includes(text[at]!)) at++;
  return at;
}
