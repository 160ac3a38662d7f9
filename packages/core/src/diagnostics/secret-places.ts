import { isStandIn } from "./stand-in.js";

/** From the first character of a secret to the one behind it. */
export type SecretRange = readonly [from: number, to: number];

/** Words before the credentials in an Authorization header. */
export const SCHEMES = "Bearer|Basic|Digest|Negotiate|ApiKey|Key|Token|SharedAccessSignature|SharedKey|AWS4-HMAC-SHA256";
/** Query parameters and fields of forms whose values are keys: of Functions, storage, gateways, authorization servers. */
const QUERY_NAMES =
  "code|sig|signature|key|(?:api|app|access|function|functions|host|master|subscription|account|shared)[-_]?key|ocp-apim-subscription-key|x-functions-key|(?:access|id|refresh|auth|sas|api)?[-_]?token|sas|(?:client|app)?[-_]?secret|client_assertion|passw(?:or)?d|pwd";
/** Of connection strings, and of forms wherever they begin. */
const PAIR_NAMES =
  "accountkey|sharedaccesskey|sharedaccesssignature|primarykey|secondarykey|accesskey|client[-_]?secret|passw(?:or)?d|pwd";
/** Headers that carry keys. */
export const HEADER_NAMES = "x-functions-key|ocp-apim-subscription-key|(?:x-)?api-?key|x-auth-token|x-amz-security-token";

/** What stands for something else, as named values and expressions do, is no secret. */
const LITERAL = "(?!\\{|@[({])";
const ANYWHERE: readonly RegExp[] = [
  new RegExp(`(?:[?&;]|%26|%3F)(?:${QUERY_NAMES})(?:=|%3D)${LITERAL}(?<secret>[^&\\s"'<>#;\\\\]+)`, "gid"),
  new RegExp(`(?<![\\w-])(?:${PAIR_NAMES})=${LITERAL}(?<secret>[^&\\s"'<>;\\\\]+)`, "gid"),
  new RegExp(
    `authorization\\\\?["']?\\s{0,9}[:=,]\\s{0,9}[[\\\\"']{0,4}(?:${SCHEMES})\\s{1,9}${LITERAL}(?<secret>[^\\s"'<>,\\\\]+)`,
    "gid",
  ),
  new RegExp(
    `(?<![\\w-])(?:${HEADER_NAMES})\\\\?["']?\\s{0,9}[:=]\\s{0,9}[[\\\\"']{0,4}${LITERAL}(?<secret>[^&\\s"'<>,;\\\\]+)`,
    "gid",
  ),
];
const USER_INFO = /:\/\/(?<user>[^\s/?#"'<>\\@:]{0,256})(?<colon>:?)(?<password>[^\s/?#"'<>\\]{0,512})@/dg;
/** What every key in PEM begins with. */
const KEY_MARK = "-----BEGIN ";
const KEY_BEGINS = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const KEY_ENDS = "-----END ";
/** Without one of these a text holds none of what is looked for: each pattern asks for one. */
const MAY_HOLD = /[=@]|%3D|-----B|authorization|key|token/i;

/**
 * What is a secret in any text by where it stands: passwords in URLs, keys in queries, in connection strings and behind names of headers, private
 * keys in PEM. Its time grows with the text.
 */
export function secretsIn(text: string): SecretRange[] {
  if (!MAY_HOLD.test(text)) return [];
  const ranges: SecretRange[] = [];
  for (const pattern of ANYWHERE) for (const match of matchesOf(pattern, text)) ranges.push(match.indices!.groups!["secret"]!);
  if (text.includes("@") && text.includes("://"))
    for (const match of matchesOf(USER_INFO, text)) {
      const { colon, password, user } = match.indices!.groups!;
      // `https://token@host`: without a password the name is one.
      const range = colon![0] === colon![1] ? ([user![0], password![1]] as const) : password!;
      if (range[0] < range[1] && text[range[0]] !== "{") ranges.push(range);
    }
  if (!text.includes(KEY_MARK)) return ranges.length === 0 ? ranges : known(text, ranges);
  let end = 0;
  for (const match of matchesOf(KEY_BEGINS, text)) {
    const from = match.index + match[0].length;
    if (end < from) end = text.indexOf(KEY_ENDS, from);
    if (end < 0) break;
    ranges.push([from, end]);
  }
  return known(text, ranges);
}

/** Those that stand for something real. */
const known = (text: string, ranges: readonly SecretRange[]): SecretRange[] =>
  joined(ranges.filter(([from, to]) => !isStandIn(text.slice(from, to))));

const NO_MATCHES: readonly RegExpExecArray[] = [];

/** The matches of a global pattern. `matchAll` makes a pattern anew for each text, and nearly all texts have no match. */
function matchesOf(pattern: RegExp, text: string): Iterable<RegExpExecArray> {
  pattern.lastIndex = 0;
  const first = pattern.exec(text);
  return first === null ? NO_MATCHES : matchesFrom(first, pattern, text);
}

/** One at a time: those of a long text together would take many times its memory. */
function* matchesFrom(first: RegExpExecArray, pattern: RegExp, text: string): Generator<RegExpExecArray> {
  for (let match: RegExpExecArray | null = first; match !== null; match = pattern.exec(text)) yield match;
}

/** The same, sorted and none in another. */
export function joined(ranges: readonly SecretRange[]): SecretRange[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (from < to) result.push([from, to]);
  }
  return result;
}
