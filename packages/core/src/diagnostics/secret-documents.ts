import { HEADER_NAMES, joined, SCHEMES, type SecretRange, secretsIn } from "./secret-places.js";

const SECRET_ATTRIBUTES =
  /(?<=[\s"'])(?:password|client-secret|connection-string|instrumentation-key|shared-key)\s{0,20}=\s{0,20}(?:\\"(?<escaped>[^"]*)\\"|"(?<double>@\((?:(?!\)")[\s\S]){0,4000}\)|[^"]*)"|'(?<single>[^']*)')/dgi;
const CERTIFICATE_BODY =
  /<authentication-certificate\s(?:[^>]{0,2000}?\s)?body\s{0,20}=\s{0,20}(?:\\"(?<escaped>[^"]*)\\"|"(?<double>[^"]*)"|'(?<single>[^']*)')/dg;
const KEYS = /<key(?:\s[^>]{0,2000})?>(?<text>[^<]+|<!\[CDATA\[[^\]]*)/dg;
const NAMED =
  /<(?<element>set-header|set-query-parameter|check-header|header|query-parameter)\s[^>]{0,2000}?\bname\s{0,20}=\s{0,20}\\?["'](?<name>[^"'<>\\]{1,200})\\?["'][^>]{0,2000}>/g;
const SECRET_NAME = new RegExp(
  `^\\s*(?:(?:proxy-)?authorization|cookie|code|sig|${HEADER_NAMES}|.*(?:key|token|secret|passw(?:or)?d)s?)\\s*$`,
  "i",
);
/** Elements that give something a name and a value in attributes: variables, claims, parameters. */
const NAMED_VALUES = /<[\w-]{1,60}\s(?=[^<>]{0,2000}?\bname\s{0,20}=)/g;
const NAME_ATTRIBUTE = /(?<=\s)name\s{0,20}=\s{0,20}\\?["'](?<name>[^"'<>\\]{1,200})\\?["']/;
const VALUE_ATTRIBUTE =
  /(?<=[\s"'])value\s{0,20}=\s{0,20}(?:\\"(?<escaped>[^"]*)\\"|"(?<double>@\((?:(?!\)")[\s\S]){0,4000}\)|@\{(?:(?!\}")[\s\S]){0,4000}\}|[^"]*)"|'(?<single>[^']*)')/d;
/** Characters of a tag that are looked at. */
const LONGEST_TAG = 5_000;
/** Members of JSON and of .NET's objects, whose name says that the text behind it is a secret, in whatever spelling of quotes. */
const MEMBER_NAMES = "(?:[\\w.-]{0,60}(?:key|token|secret|passw(?:or)?d|pwd)|(?:proxy-)?authorization)";
const QUOTE = String.raw`(?:\\?["']|&quot;|&#34;|&apos;)`;
const MEMBERS_OF_OBJECTS = [
  String.raw`${QUOTE}${MEMBER_NAMES}${QUOTE}\s{0,9}(?::|\]\s{0,9}=)`,
  String.raw`(?:JProperty\s{0,9}\(|Add\s{0,9}\(|\{)\s{0,9}${QUOTE}${MEMBER_NAMES}${QUOTE}\s{0,9},`,
  String.raw`[\s,{]${MEMBER_NAMES}\s{0,9}=(?![=>])(?=\s{0,9}[$@]{0,2}"(?:[^"]{0,4000})"\s{0,9}[,;}])`,
].map(
  (before) => new RegExp(String.raw`${before}\s{0,9}[$@]{0,2}(?<quote>${QUOTE})(?<text>(?:(?!\k<quote>)[^<>\n]){1,4000})`, "dgi"),
);
/** Texts that are an Authorization header as a whole. */
const HEADER_TEXTS = new RegExp(
  String.raw`(?<quote>${QUOTE})(?:${SCHEMES})\s{1,9}(?<text>(?![a-z]{1,14}(?:["'\\&]|$))[\w.~+/=:-]{6,4000})(?=\k<quote>)`,
  "dgi",
);
const VALUES = /<value>(?<text>(?:(?!<\/value>)[\s\S]){0,20000})/dg;
const SCHEME = new RegExp(`^\\s*(?:${SCHEMES})\\s+`, "i");
const STRINGS = /"(?<text>(?:[^"\\]|\\.){0,4000})"/dg;
/** Before a text of an expression that is a name, or that only takes texts apart or joins them. */
const BEFORE_NAMES =
  /(?:[\w\])]\[|\b(?:GetValueOrDefault(?:<[^<>]{0,80}>)?|ContainsKey|Contains|Equals|Split|Join|StartsWith|EndsWith|IndexOf|Replace|Trim\w*|ToString|Parse)\()[$@]{0,2}$/;
/** A part of such a text that could be a secret: no sentence, no path, no word. */
const LIKELY = /^(?!\/)(?=.*[\d_+/=-])[^\s{}"\\]{6,}$/;
/** What stands for something else: named values, and what deployment tools put in. */
const PLACEHOLDER = /\{\{[^{}]{0,300}\}\}|[$#]?\{[^{}]{0,300}\}#?|__\w{1,100}__/g;
/** Characters of an element that are looked at. */
const LONGEST = 50_000;

/**
 * What is a secret in the text of a policy document: literal passwords, keys of tokens, values of headers and parameters that carry keys. Reads the
 * text as it is, sound or not: what is shown of a broken document must hide them too.
 */
export function secretsInDocument(text: string): SecretRange[] {
  const ranges: SecretRange[] = [];
  const add = (range: readonly [number, number] | undefined): void => {
    if (range !== undefined) ranges.push(...literalParts(text, range));
  };
  for (const pattern of [SECRET_ATTRIBUTES, CERTIFICATE_BODY])
    for (const match of text.matchAll(pattern)) {
      const { escaped, double, single } = match.indices!.groups!;
      add(escaped ?? double ?? single);
    }
  for (const match of text.matchAll(KEYS)) add(match.indices!.groups!["text"]);
  for (const match of text.matchAll(NAMED)) {
    const { name, element } = match.groups!;
    if (match[0].endsWith("/>") || !SECRET_NAME.test(name!)) continue;
    const from = match.index + match[0].length;
    const rest = text.slice(from, from + LONGEST);
    const end = rest.indexOf(`</${element}`);
    for (const value of (end < 0 ? rest : rest.slice(0, end)).matchAll(VALUES)) {
      const [start, stop] = value.indices!.groups!["text"]!;
      add([from + start, from + stop]);
    }
  }
  for (const { 0: begin, index } of text.matchAll(NAMED_VALUES)) {
    const from = index + begin.length - 1;
    const rest = text.slice(from, from + LONGEST_TAG);
    if (!SECRET_NAME.test(NAME_ATTRIBUTE.exec(rest)?.groups?.["name"] ?? "")) continue;
    const value = VALUE_ATTRIBUTE.exec(rest)?.indices?.groups;
    const range = value?.["escaped"] ?? value?.["double"] ?? value?.["single"];
    // Not that of another element behind it.
    if (range !== undefined && !/[<>]/.test(rest.slice(0, range[0]))) add([from + range[0], from + range[1]]);
  }
  for (const pattern of [...MEMBERS_OF_OBJECTS, HEADER_TEXTS])
    for (const match of text.matchAll(pattern)) add(match.indices!.groups!["text"]);
  return joined([...ranges, ...secretsIn(text)]);
}

/** The parts of a value that are the secret itself: without the scheme, placeholders, and all of an expression but its texts. */
function literalParts(text: string, [from, to]: SecretRange): SecretRange[] {
  const begin = /^\s*<!\[CDATA\[/.exec(text.slice(from, to))?.[0].length ?? 0;
  const ending = begin === 0 ? "" : (/\]\]>\s*$/.exec(text.slice(from, to))?.[0] ?? "");
  return partsOfValue(text.slice(from + begin, to - ending.length), from + begin);
}

function partsOfValue(value: string, from: number): SecretRange[] {
  if (!/^\s*@[({]/.test(value)) return literals(value, from);
  return [...value.matchAll(STRINGS)].flatMap((match) => {
    if (BEFORE_NAMES.test(value.slice(Math.max(0, match.index - 120), match.index))) return [];
    const [start, stop] = match.indices!.groups!["text"]!;
    return literals(value.slice(start, stop), from + start).filter(([a, b]) => LIKELY.test(value.slice(a - from, b - from)));
  });
}

/** A text without a scheme before it, and without the named values in it. */
function literals(text: string, at: number): SecretRange[] {
  const ranges: SecretRange[] = [];
  let start = SCHEME.exec(text)?.[0].length ?? 0;
  for (const { 0: placeholder, index } of text.matchAll(PLACEHOLDER)) {
    ranges.push([start, Math.max(start, index)]);
    start = index + placeholder.length;
  }
  ranges.push([start, text.length]);
  return ranges.flatMap(([from, to]) => {
    const part = text.slice(from, to);
    const begin = from + part.length - part.trimStart().length;
    const { length } = part.trim();
    return length === 0 ? [] : [[at + begin, at + begin + length] as const];
  });
}

const SECRET_MEMBERS = "primaryKey|secondaryKey|password|parameter|value|key|authorization|connectionString|pfx|clientSecret";
/** What a configuration has that may be a secret: the value behind such a key in the same line … */
const MEMBERS = new RegExp(
  `(?:${SECRET_MEMBERS})(?:["'][ \\t]*:[ \\t]*|[ \\t]*:[ \\t]+)(?<value>"(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"'{[#,}\\]|>][^,}\\]#\\n]*)`,
  "dgi",
);
/** … or below it. */
const BLOCKS = new RegExp(`^(?<indent>[ \\t-]*)["']?(?:${SECRET_MEMBERS})["']?[ \\t]*:[ \\t]*[|>][+\\d-]{0,3}[ \\t]*$`, "gim");
const CREDENTIALS = /(?<before>^[ \t-]*|[{,][ \t]*)["']?credentials["']?[ \t]*:(?<rest>.*)$/gm;
const MEMBER =
  /(?<=^|[\s,{[:])(?:["']?(?<name>[\w-]+)["']?[ \t]*:[ \t]*|-[ \t]+)?(?<value>"(?:[^"\\]|\\.)*"(?![ \t]*:)|'[^']*'|[^\s"'{}[\],#:](?:[^,}\]#\n:]|:(?!\s|$))*(?=[ \t]*(?:[,}\]#\n]|$)))/dg;
/** Of credentials, what says where they are and not what they are. */
const OPEN = /^(?:scheme|certificateIds?|certificates|resource|clientId|managedIdentity)$/i;

/** What is a secret in a file of the configuration (YAML, JSON), policy documents in it included. */
export function secretsInConfiguration(text: string): SecretRange[] {
  const ranges: SecretRange[] = [];
  for (const match of text.matchAll(MEMBERS)) ranges.push(match.indices!.groups!["value"]!);
  for (const match of text.matchAll(BLOCKS)) {
    const start = match.index + match[0].length;
    for (const line of text.slice(start, endOfBlock(text, start, match.groups!["indent"]!.length)).matchAll(/\S.*/g))
      ranges.push([start + line.index, start + line.index + line[0].trimEnd().length]);
  }
  for (const match of text.matchAll(CREDENTIALS)) {
    const { before, rest } = match.groups as { before: string; rest: string };
    const lineEnd = match.index + match[0].length;
    const start = lineEnd - rest.length;
    const end = /^[ \t]*\{/.test(rest) ? endOfBraces(text, start) : endOfBlock(text, lineEnd, before.length);
    for (const member of text.slice(start, end).matchAll(MEMBER)) {
      if (OPEN.test(member.groups!["name"] ?? "")) continue;
      const [from, to] = member.indices!.groups!["value"]!;
      ranges.push([start + from, start + to]);
    }
  }
  return joined([...ranges, ...secretsInDocument(text)]);
}

/** Where the lines end that are indented further than the one that ends at `lineEnd`. */
function endOfBlock(text: string, lineEnd: number, indent: number): number {
  let end = lineEnd;
  for (let next = lineEnd + 1; next < text.length; ) {
    const found = text.indexOf("\n", next);
    const stop = found < 0 ? text.length : found;
    const line = text.slice(next, stop);
    if (line.trim() !== "" && line.length - line.trimStart().length <= indent) break;
    end = stop;
    next = stop + 1;
  }
  return end;
}

/** Where the brace closes that opens first. Braces inside of texts count as well: what is shown then is rather too little. */
function endOfBraces(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return text.length;
}
