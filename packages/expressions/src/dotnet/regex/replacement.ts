import { chargeStep } from "../../runtime/current.js";
import { isWordCode } from "./char-set.js";
import { isDigit, PatternScanner } from "./scanner.js";
import { type GroupTable, RegexFlag } from "./syntax.js";

type Portion = "before" | "after" | "last" | "whole";

/** A parsed replacement pattern: literal texts, groups by number, and portions of the text. */
export type Replacement = readonly ({ readonly text: string } | { readonly part: number | Portion })[];

/** Parses `$1 ${name} $& $_ $+ $$` and the portions before and behind the match; a dollar sign that begins none of these is literal. */
export function parseReplacement(pattern: string, groups: GroupTable, options: number): Replacement {
  const parts: Replacement[number][] = [];
  const scanner = new PatternScanner(pattern, options);
  const known = new Set(groups.numbers);
  let literal = "";
  const flush = (): void => {
    if (literal !== "") parts.push({ text: literal });
    literal = "";
  };

  while (scanner.rest > 0) {
    chargeStep();
    const dollar = pattern.indexOf("$", scanner.position);
    const end = dollar < 0 ? pattern.length : dollar;
    literal += pattern.slice(scanner.position, end);
    scanner.position = end + 1;
    if (dollar < 0) break;
    const start = scanner.position;
    const part = reference();
    if (part === null) {
      scanner.position = start;
      literal += "$";
    } else if (part === "$") literal += "$";
    else {
      flush();
      parts.push({ part });
    }
  }
  flush();
  return parts;

  function reference(): number | Portion | "$" | null {
    const isBraced = scanner.peek() === "{" && scanner.rest > 1;
    if (isBraced) scanner.position++;
    const c = scanner.peek();
    if (isDigit(c)) {
      const group = !isBraced && (options & RegexFlag.ecmaScript) !== 0 ? longest() : scanner.decimal();
      return (!isBraced || scanner.next() === "}") && known.has(group) ? group : null;
    }
    if (isBraced) {
      if (!isWordCode(c.charCodeAt(0))) return null;
      const group = groups.byName.get(scanner.name());
      return scanner.next() === "}" && group !== undefined ? group : null;
    }
    scanner.position++;
    switch (c) {
      case "$":
        return "$";
      case "&":
        return 0;
      case "`":
        return "before";
      case "'":
        return "after";
      case "+":
        return "last";
      case "_":
        return "whole";
      default:
        return null;
    }
  }

  function longest(): number {
    let value = 0;
    let found = -1;
    let end = scanner.position;
    while (isDigit(scanner.peek()) && value < 100_000) {
      value = value * 10 + Number(scanner.next());
      if (!known.has(value)) continue;
      found = value;
      end = scanner.position;
    }
    scanner.position = end;
    return found;
  }
}

/** A match as replacements see it. */
export interface Replaced {
  readonly text: string;
  readonly index: number;
  readonly end: number;
  readonly lastGroup: string;
  group(number: number): { readonly value: string } | null;
}

/** The text that a replacement gives for a match. */
export function expandReplacement(replacement: Replacement, match: Replaced): string {
  let result = "";
  for (const piece of replacement) {
    if ("text" in piece) result += piece.text;
    else if (typeof piece.part === "number") result += match.group(piece.part)?.value ?? "";
    else if (piece.part === "before") result += match.text.slice(0, match.index);
    else if (piece.part === "after") result += match.text.slice(match.end);
    else if (piece.part === "whole") result += match.text;
    else result += match.lastGroup;
  }
  return result;
}
