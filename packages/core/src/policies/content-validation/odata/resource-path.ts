import { expression, keysOrArguments } from "./expressions.js";
import { ODataError, Scanner } from "./scanner.js";

const SYSTEM = /^\$(?:metadata|batch|entity|count|value|ref|all|links|root|each|query)$/;
/** What only `$query` may stand behind. */
const LAST = /^\$(?:metadata|batch|count|value|ref)$/;
const CALL = /^[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}\p{Pc}_.]*\(/u;

/** What is wrong with a resource path, percent-encoded as sent; null if nothing is. */
export function resourcePathFault(path: string): string | null {
  let before = "";
  for (const encoded of path.split("/")) {
    let text: string;
    try {
      text = decodeURIComponent(encoded);
    } catch {
      return "The path is not percent-encoded as it should be.";
    }
    const fault = segmentFault(text, before);
    if (fault !== null) return fault;
    before = text;
  }
  return null;
}

function segmentFault(text: string, before: string): string | null {
  if (LAST.test(before) && text !== "" && text !== "$query") return `The path goes on behind ${before}.`;
  if (text.startsWith("$")) {
    if (SYSTEM.test(text)) return null;
    if (/^\$filter\(/i.test(text)) return faultOf(text, "$filter".length, expression);
    if (text.startsWith("$crossjoin(")) return faultOf(text, "$crossjoin".length, names);
    return `The path segment ${text.slice(0, 50)} is unknown.`;
  }
  // Anything else may be a key that stands as a segment.
  return CALL.test(text) ? faultOf(text, text.indexOf("("), null) : null;
}

function names(scanner: Scanner): void {
  do if (scanner.identifier() === null) throw scanner.unexpected();
  while (scanner.take(","));
}

/** What is wrong with what stands in a segment's parentheses. @param read what is expected; null for keys or arguments */
function faultOf(text: string, at: number, read: ((scanner: Scanner) => void) | null): string | null {
  try {
    const scanner = new Scanner(text);
    scanner.qualified();
    if (scanner.at !== at && read === null) throw scanner.unexpected();
    scanner.at = at;
    if (read === null)
      do keysOrArguments(scanner);
      while (!scanner.isAtEnd);
    else {
      scanner.need("(");
      read(scanner);
      scanner.need(")");
    }
    scanner.end();
    return null;
  } catch (error) {
    if (!(error instanceof ODataError)) throw error;
    return `The path segment ${text.slice(0, 50)} is not valid: ${error.message}.`;
  }
}
