import { chargeStep } from "../../runtime/current.js";
import { isWordCode } from "./char-set.js";
import { isDigit, PatternScanner } from "./scanner.js";
import { type GroupTable, RegexFlag } from "./syntax.js";

/**
 * Numbers the capturing groups of a pattern before it is parsed, since references may look ahead: unnamed groups from 1 in order,
 * groups with a number as it says, named ones behind all unnamed.
 */
export function scanGroups(pattern: string, options: number): GroupTable {
  const scanner = new PatternScanner(pattern, options);
  const numbers = new Set([0]);
  const names = new Set<string>();
  const saved: number[] = [];
  let automatic = 1;
  let ignoreParenthesis = false;

  while (scanner.rest > 0) {
    chargeStep();
    const c = scanner.next();
    // A control character is any, `[` and `(` among them.
    if (c === "\\") scanner.position += scanner.peek() === "c" ? 2 : 1;
    else if (c === "#" && scanner.has(RegexFlag.ignorePatternWhitespace)) {
      scanner.position--;
      scanner.skipBlanks();
    } else if (c === "[") scanner.charClass();
    else if (c === ")") scanner.options = saved.pop() ?? scanner.options;
    else if (c === "(") {
      if (scanner.peek() === "?" && scanner.peek(1) === "#") {
        scanner.position--;
        scanner.skipBlanks();
        continue;
      }
      saved.push(scanner.options);
      if (scanner.peek() === "?") {
        scanner.position++;
        if (openSpecial()) continue;
      } else if (!scanner.has(RegexFlag.explicitCapture) && !ignoreParenthesis) numbers.add(automatic++);
      ignoreParenthesis = false;
    }
  }

  const byName = new Map<string, number>();
  for (const name of names) {
    while (numbers.has(automatic)) automatic++;
    numbers.add(automatic);
    byName.set(name, automatic++);
  }
  const ordered = [...numbers].sort((a, b) => a - b);
  const nameOf = new Map(Array.from(byName, ([name, number]) => [number, name]));
  const allNames = ordered.map((number) => nameOf.get(number) ?? String(number));
  return { numbers: ordered, names: allNames, byName: new Map(ordered.map((number, i) => [allNames[i]!, number])) };

  /** Behind `(?`. True if the next parenthesis is a condition's. */
  function openSpecial(): boolean {
    const c = scanner.peek();
    if (scanner.rest > 1 && (c === "<" || c === "'")) {
      scanner.position++;
      const first = scanner.peek();
      if (first === "0" || !isWordCode(first.charCodeAt(0))) return false;
      if (isDigit(first)) numbers.add(scanner.decimal());
      else {
        const name = scanner.name();
        names.add(name);
      }
      return false;
    }
    scanner.inlineOptions();
    if (scanner.peek() === ")") {
      scanner.position++;
      saved.pop();
      return false;
    }
    if (scanner.peek() !== "(") return false;
    ignoreParenthesis = true;
    return true;
  }
}
