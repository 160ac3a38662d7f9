import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineEnum, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import {
  type Capture,
  CaptureCollection,
  captureCollectionHeader,
  captureHeader,
  type Group,
  GroupCollection,
  groupCollectionHeader,
  groupHeader,
  type Match,
  MatchCollection,
  matchCollectionHeader,
  matchHeader,
  noMatch,
} from "./match.js";
import { escapePattern, Regex, regexHeader, unescapePattern } from "./regex.js";

type Text = string | null;
type Evaluator = ((match: Match) => unknown) | null;

const regexOptions = defineEnum(
  "System.Text.RegularExpressions.RegexOptions",
  {
    None: 0,
    IgnoreCase: 1,
    Multiline: 2,
    ExplicitCapture: 4,
    Compiled: 8,
    Singleline: 16,
    IgnorePatternWhitespace: 32,
    RightToLeft: 64,
    ECMAScript: 256,
    CultureInvariant: 512,
  },
  { flags: true },
);

const matchEvaluator = defineType(
  "delegate string System.Text.RegularExpressions.MatchEvaluator(System.Text.RegularExpressions.Match match)",
  {},
  { beyond: true },
);

/** `System.Text.RegularExpressions.Capture`, as expressions know it. */
export const captureType = defineType(captureHeader.header, {
  "int Index { get; }": (self: Capture) => self.index,
  "int Length { get; }": (self: Capture) => self.end - self.index,
  "string Value { get; }": (self: Capture) => self.value,
});

/** `System.Text.RegularExpressions.Group`, as expressions know it. */
export const groupType = defineType(groupHeader.header, {
  "bool Success { get; }": (self: Group) => self.success,
  "string Name { get; }": (self: Group) => self.name,
  "System.Text.RegularExpressions.CaptureCollection Captures { get; }": withCall(
    (site: CallSite, self: Group) => new CaptureCollection(self.captureList(), site.scope),
  ),
});

/** `System.Text.RegularExpressions.Match`, as expressions know it. */
export const matchType = defineType(matchHeader.header, {
  "static System.Text.RegularExpressions.Match Empty { get; }": () => noMatch,
  "System.Text.RegularExpressions.GroupCollection Groups { get; }": withCall(
    (site: CallSite, self: Match) => new GroupCollection(self, site.scope),
  ),
  "System.Text.RegularExpressions.Match NextMatch()": withCall((site: CallSite, self: Match) => self.next(site.run)),
  "string Result(string replacement)": (self: Match, replacement: Text) => self.result(replacement),
});

/** `System.Text.RegularExpressions.CaptureCollection`, as expressions know it. */
export const captureCollectionType = defineType(captureCollectionHeader.header, {
  "int Count { get; }": (self: CaptureCollection) => self.items.length,
  "System.Text.RegularExpressions.Capture this[int i] { get; }": (self: CaptureCollection, i: number) => self.at(i),
});

/** `System.Text.RegularExpressions.GroupCollection`, as expressions know it. */
export const groupCollectionType = defineType(groupCollectionHeader.header, {
  "int Count { get; }": (self: GroupCollection) => self.items.length,
  "System.Text.RegularExpressions.Group this[int groupnum] { get; }": (self: GroupCollection, number: number) =>
    self.numbered(number),
  "System.Text.RegularExpressions.Group this[string groupname] { get; }": (self: GroupCollection, name: Text) => {
    if (name === null) throw raise.argumentNull("groupname");
    return self.named(name);
  },
});

/** `System.Text.RegularExpressions.MatchCollection`, as expressions know it. */
export const matchCollectionType = defineType(matchCollectionHeader.header, {
  "int Count { get; }": (self: MatchCollection) => self.items.length,
  "System.Text.RegularExpressions.Match this[int i] { get; }": (self: MatchCollection, i: number) => self.at(i),
});

const OPTIONS = "System.Text.RegularExpressions.RegexOptions options";
/** Accepted for source compatibility; the time of a match is bounded by the evaluation's limits in any case. */
const TIMEOUT = "System.TimeSpan matchTimeout";
const EVALUATOR = "System.Text.RegularExpressions.MatchEvaluator evaluator";
const MATCH = "System.Text.RegularExpressions.Match";
const MATCHES = "System.Text.RegularExpressions.MatchCollection";

const strings = (site: CallSite, items: readonly string[]) => new NetArray(site.scope.find("System.String")!, [...items]);
const collect = (site: CallSite, regex: Regex, input: Text, start?: number) =>
  new MatchCollection(regex.matches(site.run, input, start), site.scope);
const regexOf = (site: CallSite, input: Text, pattern: Text, options = 0) => {
  if (pattern === null) throw raise.argumentNull("pattern");
  if (input === null) throw raise.argumentNull("input");
  return Regex.of(site.run, pattern, options);
};

const isMatch = withCall((site, input: Text, pattern: Text, options = 0) =>
  regexOf(site, input, pattern, options).isMatch(site.run, input),
);
const match = withCall((site, input: Text, pattern: Text, options = 0) =>
  regexOf(site, input, pattern, options).match(site.run, input),
);
const matches = withCall((site, input: Text, pattern: Text, options = 0) =>
  collect(site, regexOf(site, input, pattern, options), input),
);
const replace = withCall((site, input: Text, pattern: Text, by: Text | Evaluator, options = 0) =>
  regexOf(site, input, pattern, options).replace(site.run, input, by),
);
const split = withCall((site, input: Text, pattern: Text, options = 0) =>
  strings(site, regexOf(site, input, pattern, options).split(site.run, input)),
);

/** `System.Text.RegularExpressions.Regex`, as expressions know it. */
export const regexType = defineType(regexHeader.header, {
  "new(string pattern)": withCall((site, pattern: Text) => Regex.of(site.run, pattern, 0)),
  [`new(string pattern, ${OPTIONS})`]: withCall((site, pattern: Text, options: number) => Regex.of(site.run, pattern, options)),
  [`new(string pattern, ${OPTIONS}, ${TIMEOUT})`]: withCall((site, pattern: Text, options: number) =>
    Regex.of(site.run, pattern, options),
  ),

  "static bool IsMatch(string input, string pattern)": isMatch,
  [`static bool IsMatch(string input, string pattern, ${OPTIONS})`]: isMatch,
  [`static bool IsMatch(string input, string pattern, ${OPTIONS}, ${TIMEOUT})`]: isMatch,
  "bool IsMatch(string input)": withCall((site, self: Regex, input: Text) => self.isMatch(site.run, input)),
  "bool IsMatch(string input, int startat)": withCall((site, self: Regex, input: Text, start: number) =>
    self.isMatch(site.run, input, start),
  ),

  [`static ${MATCH} Match(string input, string pattern)`]: match,
  [`static ${MATCH} Match(string input, string pattern, ${OPTIONS})`]: match,
  [`static ${MATCH} Match(string input, string pattern, ${OPTIONS}, ${TIMEOUT})`]: match,
  [`${MATCH} Match(string input)`]: withCall((site, self: Regex, input: Text) => self.match(site.run, input)),
  [`${MATCH} Match(string input, int startat)`]: withCall((site, self: Regex, input: Text, start: number) =>
    self.match(site.run, input, start),
  ),
  [`${MATCH} Match(string input, int beginning, int length)`]: withCall(
    (site, self: Regex, input: Text, beginning: number, length: number) => self.matchWithin(site.run, input, beginning, length),
  ),

  [`static ${MATCHES} Matches(string input, string pattern)`]: matches,
  [`static ${MATCHES} Matches(string input, string pattern, ${OPTIONS})`]: matches,
  [`static ${MATCHES} Matches(string input, string pattern, ${OPTIONS}, ${TIMEOUT})`]: matches,
  [`${MATCHES} Matches(string input)`]: withCall((site, self: Regex, input: Text) => collect(site, self, input)),
  [`${MATCHES} Matches(string input, int startat)`]: withCall((site, self: Regex, input: Text, start: number) =>
    collect(site, self, input, start),
  ),

  "static string Replace(string input, string pattern, string replacement)": replace,
  [`static string Replace(string input, string pattern, string replacement, ${OPTIONS})`]: replace,
  [`static string Replace(string input, string pattern, string replacement, ${OPTIONS}, ${TIMEOUT})`]: replace,
  [`static string Replace(string input, string pattern, ${EVALUATOR})`]: replace,
  [`static string Replace(string input, string pattern, ${EVALUATOR}, ${OPTIONS})`]: replace,
  [`static string Replace(string input, string pattern, ${EVALUATOR}, ${OPTIONS}, ${TIMEOUT})`]: replace,
  "string Replace(string input, string replacement)": withCall((site, self: Regex, input: Text, by: Text) =>
    self.replace(site.run, input, by),
  ),
  "string Replace(string input, string replacement, int count)": withCall(
    (site, self: Regex, input: Text, by: Text, count: number) => self.replace(site.run, input, by, count),
  ),
  "string Replace(string input, string replacement, int count, int startat)": withCall(
    (site, self: Regex, input: Text, by: Text, count: number, start: number) => self.replace(site.run, input, by, count, start),
  ),
  [`string Replace(string input, ${EVALUATOR})`]: withCall((site, self: Regex, input: Text, by: Evaluator) =>
    self.replace(site.run, input, by),
  ),
  [`string Replace(string input, ${EVALUATOR}, int count)`]: withCall(
    (site, self: Regex, input: Text, by: Evaluator, count: number) => self.replace(site.run, input, by, count),
  ),
  [`string Replace(string input, ${EVALUATOR}, int count, int startat)`]: withCall(
    (site, self: Regex, input: Text, by: Evaluator, count: number, start: number) =>
      self.replace(site.run, input, by, count, start),
  ),

  "static string[] Split(string input, string pattern)": split,
  [`static string[] Split(string input, string pattern, ${OPTIONS})`]: split,
  [`static string[] Split(string input, string pattern, ${OPTIONS}, ${TIMEOUT})`]: split,
  "string[] Split(string input)": withCall((site, self: Regex, input: Text) => strings(site, self.split(site.run, input))),
  "string[] Split(string input, int count)": withCall((site, self: Regex, input: Text, count: number) =>
    strings(site, self.split(site.run, input, count)),
  ),
  "string[] Split(string input, int count, int startat)": withCall(
    (site, self: Regex, input: Text, count: number, start: number) => strings(site, self.split(site.run, input, count, start)),
  ),

  "static string Escape(string str)": withCall((site, text: Text) => {
    if (text === null) throw raise.argumentNull("str");
    site.run.allocate(text.length * 2);
    return escapePattern(text);
  }),
  "static string Unescape(string str)": withCall((site, text: Text) => {
    if (text === null) throw raise.argumentNull("str");
    site.run.allocate(text.length);
    return unescapePattern(text);
  }),

  "System.Text.RegularExpressions.RegexOptions Options { get; }": (self: Regex) => self.options,
  "bool RightToLeft { get; }": (self: Regex) => self.rightToLeft,
  "string[] GetGroupNames()": withCall((site, self: Regex) => strings(site, self.program.groups.names)),
  "int[] GetGroupNumbers()": withCall(
    (site, self: Regex) => new NetArray(site.scope.find("System.Int32")!, [...self.program.groups.numbers]),
  ),
  "string GroupNameFromNumber(int i)": (self: Regex, number: number) => {
    const slot = self.program.slots.get(number);
    return slot === undefined ? "" : self.program.groups.names[slot];
  },
  "int GroupNumberFromName(string name)": (self: Regex, name: Text) => {
    if (name === null) throw raise.argumentNull("name");
    // An empty name is read as the number of no digits.
    return self.program.groups.byName.get(name) ?? (name === "" ? 0 : -1);
  },
});

/** System.Text.RegularExpressions. */
export const regexTypes: readonly TypeDeclaration[] = [
  regexOptions,
  matchEvaluator,
  captureType,
  groupType,
  matchType,
  captureCollectionType,
  groupCollectionType,
  matchCollectionType,
  regexType,
];
