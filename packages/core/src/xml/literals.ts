/**
 * Where string literals stand in C# (or JavaScript) code that need not be well-formed. Used to decide which entities of a
 * document are the author's escapes and which are text of the program.
 * @returns start and end offsets, in order; holes of interpolated strings are not part of a literal
 */
export function stringLiterals(code: string, start: number, end: number): (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  scanCode(code, start, end, null, found);
  return found;
}

/** Walks over code up to `end`, or to the `}` that closes a hole. Returns the offset behind what it read. */
function scanCode(code: string, start: number, end: number, closer: "}" | null, found: (readonly [number, number])[]): number {
  let depth = 0;
  let i = start;
  while (i < end) {
    const c = code[i]!;
    if (c === '"') i = scanString(code, i, i + 1, end, "plain", found);
    else if (c === "@" && code[i + 1] === '"') i = scanString(code, i, i + 2, end, "verbatim", found);
    else if (c === "$" && code[i + 1] === '"') i = scanString(code, i, i + 2, end, "interpolated", found);
    else if ((c === "$" || c === "@") && (code[i + 1] === "@" || code[i + 1] === "$") && code[i + 2] === '"')
      i = scanString(code, i, i + 3, end, "both", found);
    else if (c === "'") i = behindCharacter(code, i, end);
    else if (c === "/" && code[i + 1] === "/") i = lineEnd(code, i, end);
    else if (c === "/" && code[i + 1] === "*") {
      const close = code.indexOf("*/", i + 2);
      i = close < 0 || close + 2 > end ? end : close + 2;
    } else {
      if (c === "{") depth++;
      else if (c === "}" && depth-- === 0 && closer !== null) return i;
      i++;
    }
  }
  return i;
}

type StringKind = "plain" | "verbatim" | "interpolated" | "both";

function scanString(
  code: string,
  start: number,
  from: number,
  end: number,
  kind: StringKind,
  found: (readonly [number, number])[],
): number {
  const isVerbatim = kind === "verbatim" || kind === "both";
  const hasHoles = kind === "interpolated" || kind === "both";
  let partStart = start;
  let i = from;
  while (i < end) {
    const c = code[i]!;
    if (c === '"') {
      if (!isVerbatim || code[i + 1] !== '"') {
        found.push([partStart, i + 1]);
        return i + 1;
      }
      i += 2;
    } else if (c === "\\" && !isVerbatim) i += 2;
    else if (hasHoles && c === "{") {
      if (code[i + 1] === "{") {
        i += 2;
        continue;
      }
      found.push([partStart, i]);
      i = scanCode(code, i + 1, end, "}", found);
      partStart = i;
    } else if (!isVerbatim && (c === "\n" || c === "\r")) break;
    else i++;
  }
  found.push([partStart, Math.min(i, end)]);
  return Math.min(i, end);
}

/** A character literal; an apostrophe that opens none (in prose, in a broken literal) is passed over alone. */
function behindCharacter(code: string, start: number, end: number): number {
  const close = code.indexOf("'", start + (code[start + 1] === "\\" ? 3 : 2));
  return close >= 0 && close < end && close - start <= 8 ? close + 1 : start + 1;
}

function lineEnd(code: string, start: number, end: number): number {
  for (let i = start; i < end; i++) if (code[i] === "\n" || code[i] === "\r") return i;
  return end;
}
