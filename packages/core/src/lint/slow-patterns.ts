import { createRequire } from "node:module";

/** How long a text of n characters can keep a backtracking matcher. */
type Complexity = "safe" | "exponential" | "polynomial";

interface Checker {
  checkSync(
    source: string,
    flags: string,
    parameters: { readonly timeout: number; readonly checker?: string },
  ): { readonly status: string; readonly complexity?: { readonly type: string; readonly degree?: number } };
}

let checker: Checker | null | undefined;

/** The optional package `recheck`, in its form without workers; null if it is not installed. */
function loadChecker(): Checker | null {
  try {
    return createRequire(import.meta.url)("recheck/lib/browser.js") as Checker;
  } catch {
    return null;
  }
}

/** A rule that cannot be judged, for want of an optional package. */
export interface UnjudgedRule {
  readonly rule: string;
  readonly package: string;
}

/**
 * The rules that stay silent because a package is not installed.
 * @param isInstalled default: whether Turnpike can load it
 */
export function unjudgedRules(isInstalled: (name: string) => boolean = () => loadChecker() !== null): readonly UnjudgedRule[] {
  return isInstalled("recheck") ? [] : [{ rule: "slow-pattern", package: "recheck" }];
}

/** Milliseconds for one pattern. What takes longer is not known. */
const LONGEST = 2_000;
const known = new Map<string, Complexity>();
const MOST = 1_000;

/**
 * How slow a .NET pattern can get. Polynomials below the third degree count as safe: texts of callers are bounded. A pattern that JavaScript does not
 * read the same way, and all where the checker is missing, count as safe.
 */
export function complexityOf(pattern: string): Complexity {
  if (pattern.length > 500 || !hasWaysBack(pattern)) return "safe";
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const found = check(pattern);
  if (known.size < MOST) known.set(pattern, found);
  return found;
}

/** Is there anything to go back over: two repetitions without end, or one with a choice in it? */
function hasWaysBack(pattern: string): boolean {
  const endless = (pattern.match(/[*+]|\{\d+,\}/g) ?? []).length;
  return endless > 1 || (endless === 1 && /\||[^(*+?}]\?/.test(pattern));
}

function check(pattern: string): Complexity {
  checker ??= loadChecker();
  if (checker === null) return "safe";
  try {
    const { status, complexity } = checker.checkSync(pattern.replace(/^\(\?[imsn]+\)/, ""), "", { timeout: LONGEST });
    if (status !== "vulnerable") return "safe";
    if (complexity?.type === "exponential") return "exponential";
    return (complexity?.degree ?? 0) > 2 ? "polynomial" : "safe";
  } catch {
    return "safe";
  }
}
