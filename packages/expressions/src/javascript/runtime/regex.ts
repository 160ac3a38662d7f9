import type { Match } from "../../dotnet/regex/match.js";
import { Regex } from "../../dotnet/regex/regex.js";
import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import { callFunction } from "./functions.js";
import { arrayOf, fromNumber, toText } from "./values.js";

/** The type of regular expression literals. */
export const regExpType: TypeDeclaration = defineType("sealed class Turnpike.JavaScript.RegExp", {}, { unnamed: true });

const IGNORE_CASE = 1;
const MULTILINE = 2;
const SINGLELINE = 16;
const CULTURE_INVARIANT = 512;

/** `/pattern/flags`: the bounded engine of the .NET types, with JavaScript's meaning of `$`. */
export class ScriptRegex extends NetObject {
  private constructor(
    readonly regex: Regex,
    readonly isGlobal: boolean,
    private readonly source: string,
  ) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return regExpType;
  }

  override toText(): string {
    return this.source;
  }

  /** Throws ArgumentException for patterns and flags that are not there. */
  static of(pattern: string, flags: string, site: CallSite): ScriptRegex {
    if (/[^gimsu]/.test(flags)) throw raise.argument(`The regular expression's flags '${flags}' are not supported.`);
    let options = CULTURE_INVARIANT;
    if (flags.includes("i")) options |= IGNORE_CASE;
    if (flags.includes("m")) options |= MULTILINE;
    if (flags.includes("s")) options |= SINGLELINE;
    const translated = flags.includes("m") ? pattern : strictEnds(pattern);
    return new ScriptRegex(Regex.of(site.run, translated, options), flags.includes("g"), `/${pattern}/${flags}`);
  }
}

/** `$` of .NET also stands before a last line break; JavaScript's does not. */
function strictEnds(pattern: string): string {
  let result = "";
  let isInClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === "\\") {
      result += c + (pattern[i + 1] ?? "");
      i++;
      continue;
    }
    if (c === "[") isInClass = true;
    else if (c === "]") isInClass = false;
    result += c === "$" && !isInClass ? "(?![\\s\\S])" : c;
  }
  return result;
}

type Method = (self: ScriptRegex, args: readonly unknown[], site: CallSite) => unknown;

/** Methods of regular expressions. Each match starts at the beginning of the text: there is no `lastIndex`. */
export const regexMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["test", (self, [text], site) => self.regex.match(site.run, toText(text, site)).success],
  ["exec", (self, [text], site) => matchArray(self.regex.match(site.run, toText(text, site)), site)],
  ["toString", (self) => self.toText()],
]);

function groupTexts(match: Match): (string | null)[] {
  return match.groups().map((group) => (group.success ? group.value : null));
}

function matchArray(match: Match, site: CallSite): unknown {
  return match.success ? arrayOf(groupTexts(match), site) : null;
}

/** `text.match(regex)`: the groups of the first match, or with `g` the texts of all; null where there is none. */
export function matchText(text: string, regex: ScriptRegex, site: CallSite): unknown {
  if (!regex.isGlobal) return matchArray(regex.regex.match(site.run, text), site);
  const found = regex.regex.matches(site.run, text);
  return found.length === 0
    ? null
    : arrayOf(
        found.map((match) => match.value),
        site,
      );
}

/** `text.search(regex)`. */
export function searchText(text: string, regex: ScriptRegex, site: CallSite): unknown {
  const match = regex.regex.match(site.run, text);
  return match.success ? match.index : -1;
}

/** `text.replace(regex, by)`: `by` may be a function of the match, its groups and its index. */
export function replaceText(text: string, regex: ScriptRegex, by: unknown, isAll: boolean, site: CallSite): string {
  const count = isAll || regex.isGlobal ? -1 : 1;
  if (typeof by !== "function") {
    const replacement = translateMarks(toText(by, site), regex.regex.program.groups.names);
    return regex.regex.replace(site.run, text, replacement, count);
  }
  const evaluate = (match: Match) => toText(callFunction(by, [...groupTexts(match), fromNumber(match.index, site.scope)]), site);
  return regex.regex.replace(site.run, text, evaluate, count);
}

/** JavaScript's marks in a replacement as those of .NET: what JavaScript takes literally must stay so, and the other way round. */
function translateMarks(by: string, groups: readonly string[]): string {
  const isNamed = groups.some((name) => /\D/.test(name));
  return by.replace(/\$(?:([$&`'])|([1-9]\d?)|<([^>]*)>)?/g, (all: string, mark?: string, digits?: string, name?: string) => {
    if (mark !== undefined) return all;
    if (digits !== undefined) {
      if (Number(digits) < groups.length) return `$\{${digits}}`;
      return digits.length > 1 && Number(digits[0]) < groups.length ? `$\{${digits[0]}}${digits[1]}` : `$${all}`;
    }
    if (name !== undefined && isNamed) return groups.includes(name) ? `$\{${name}}` : "";
    return `$${all}`;
  });
}

/** `text.split(regex)`. */
export function splitByRegex(text: string, regex: ScriptRegex, site: CallSite): unknown {
  return arrayOf(regex.regex.split(site.run, text), site);
}
