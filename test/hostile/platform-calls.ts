/**
 * What of the platform the expressions package calls on texts, lists and numbers of callers and authors: how it grows, what bounds it, and calls
 * that reach it with what hurts most. The table of the threat model says the same; a test compares the two.
 */
export interface PlatformCall {
  /** As the threat model's table names it. */
  readonly platform: string;
  /** C# (or a script, where it begins with `js:`) over the texts `t` and `u`. */
  readonly calls: readonly string[];
  /** Which texts hurt, of those in {@link texts}. */
  readonly texts: readonly (keyof typeof texts)[];
}

const repeat = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** Texts of a length, made to hurt. */
export const texts = {
  letters: (length: number) => repeat("a", length),
  accents: (length: number) => repeat("É", length),
  marks: (length: number) => repeat("\u0301\u0323", length),
  "marks on letters": (length: number) => repeat(`a${"\u0301\u0323".repeat(2_000)}`, length),
  jamo: (length: number) => repeat("\u1100\u1161\u11a8", length),
  digits: (length: number) => repeat("9", length),
  "digits that end badly": (length: number) => `1${repeat("0", length - 2)}x`,
  blanks: (length: number) => repeat(" ", length),
  commas: (length: number) => repeat(",", length),
  escapes: (length: number) => repeat("%C3%A9", length),
  entities: (length: number) => repeat("&lt;", length),
  "JSON array": (length: number) => `[${repeat("1,", length - 2)}1]`.replace(/,+1\]$/, ",1]"),
  "JSON number": (length: number) => `[${repeat("9", length - 3)}x]`,
  "JSON escapes": (length: number) => `"${repeat("\\n", (length >> 1) * 2 - 2)}"`,
  "XML elements": (length: number) => `<r>${repeat("<a/>", length & ~3)}</r>`,
  "XML attributes": (length: number) => `<r ${Array.from({ length: length >> 4 }, (_, i) => `a${i}='1'`).join(" ")}/>`,
  "JSON left out": (length: number) => `[${repeat(",", length - 3)}1]`,
  "JSON decimals": (length: number) => `[${"1.25e3,".repeat(Math.floor(length / 7) - 1)}1]`,
  "JSON constructors": (length: number) => `[${"new D(1),".repeat(Math.floor(length / 9) - 1)}1]`,
  "JSON lines, and no value": (length: number) => `[${repeat("\n", length - 2)}}`,
  "XML references": (length: number) => `<r>${"&amp;&#65;".repeat(Math.floor(length / 10) - 1)}</r>`,
  "XML references in attributes": (length: number) => `<r a="${"&amp;&#x1F600;".repeat(Math.floor(length / 14) - 1)}"/>`,
  "XML carriage returns": (length: number) => `<r a="${repeat("\r", length >> 1)}">${repeat("\r", (length >> 1) - 20)}x</r>`,
  groups: (length: number) => repeat("(a)", length - (length % 3)),
  "character class": (length: number) =>
    `[${Array.from({ length: length >> 1 }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7) % 20_000))).join("")}]`,
  "dot segments": (length: number) => `http://h/${repeat("../a/", length)}`,
} as const;

/** A long pattern that the engine's own search takes the square of its length for. */
export const trap = (length: number): string => `${repeat("a", length >> 4)}b${repeat("a", length >> 3)}`;

export const platformCalls: readonly PlatformCall[] = [
  {
    platform: "`normalize`",
    calls: [
      't.StartsWith("{")',
      't.EndsWith("{")',
      't.IndexOf("z\u0301")',
      't.LastIndexOf("z\u0301")',
      "t.Normalize().Length",
      "t.IsNormalized()",
    ],
    texts: ["marks", "marks on letters", "jamo", "accents"],
  },
  {
    platform: "`Intl.Collator.compare`",
    calls: [
      "string.Compare(t, u)",
      "string.Compare(t, u, true)",
      "t.CompareTo(u)",
      "t.Equals(u, StringComparison.CurrentCultureIgnoreCase)",
    ],
    texts: ["marks", "letters", "accents"],
  },
  {
    platform: "`toUpperCase`, `toLowerCase`",
    calls: [
      "t.ToUpper().Length",
      "t.ToLowerInvariant().Length",
      't.IndexOf("zz", StringComparison.OrdinalIgnoreCase)',
      "js:t.toUpperCase().length",
    ],
    texts: ["letters", "accents", "marks"],
  },
  {
    platform: "`indexOf`, `lastIndexOf`, `includes`",
    calls: ["t.IndexOf(u)", "t.LastIndexOf(u)", "t.Contains(u)", "js:t.includes(u)", "js:t.lastIndexOf(u)", 't.IndexOf("aab")'],
    texts: ["letters"],
  },
  {
    platform: "`split`, `replaceAll`",
    calls: [
      't.Replace(u, "-").Length',
      't.Replace("aab", "").Length',
      "t.Replace('a', 'b').Length",
      "t.Split(',').Length",
      "t.Split(new[] { u }, StringSplitOptions.None).Length",
      'js:t.replaceAll(u, "").length',
      "js:t.split(u).length",
    ],
    texts: ["letters", "commas"],
  },
  {
    platform: "`String.prototype.repeat`, `padStart`, `new Array(n)`",
    calls: [
      "new string('a', 16000000).Length",
      "t.PadLeft(16000000).Length",
      "new int[1500000].Length",
      "Enumerable.Repeat(1, 99999999).ToList().Count",
      "Enumerable.Range(0, 99999999).ToArray().Length",
      '(1.5).ToString("F999999999").Length',
      '(1).ToString("D999999999").Length',
      "new int[33600000].Length",
      "new StringBuilder(2000000000).Length",
      "new List<int>(2000000000).Count",
      "js:t.repeat(1000000).length",
      "js:t.padStart(99999999).length",
    ],
    texts: ["letters"],
  },
  {
    platform: "`Number`, `BigInt`, `parseFloat`",
    calls: [
      "int.Parse(t)",
      "double.Parse(t)",
      "decimal.Parse(t)",
      "long.Parse(t)",
      "Convert.ToInt32(t, 16)",
      "js:parseFloat(t)",
      "js:Number(t)",
    ],
    texts: ["digits", "digits that end badly", "blanks"],
  },
  {
    platform: "JSON (own reader; `Map` of properties)",
    calls: ["JToken.Parse(t) == null", "JsonConvert.DeserializeObject<List<object>>(t) == null", "js:JSON.parse(t)"],
    texts: [
      "JSON array",
      "JSON number",
      "JSON escapes",
      "JSON left out",
      "JSON decimals",
      "JSON constructors",
      "JSON lines, and no value",
    ],
  },
  {
    platform: "XML (own reader)",
    calls: ["XElement.Parse(t) == null", "XDocument.Parse(t).ToString().Length"],
    texts: ["XML elements", "XML attributes", "XML references", "XML references in attributes", "XML carriage returns"],
  },
  {
    platform: "Regular expressions (own matcher)",
    calls: [
      "new Regex(t) == null",
      "Regex.IsMatch(u, t)",
      'Regex.Replace(t, "a", "b").Length',
      'Regex.IsMatch(t, "(a*)*c")',
      'Regex.Matches(t, "").Count',
    ],
    texts: ["groups", "character class", "letters"],
  },
  {
    platform: "`encodeURIComponent`, `decodeURIComponent`, `Buffer`",
    calls: [
      "Uri.UnescapeDataString(t).Length",
      "System.Net.WebUtility.UrlEncode(t).Length",
      "System.Net.WebUtility.UrlDecode(t).Length",
      "System.Net.WebUtility.HtmlDecode(t).Length",
      "System.Net.WebUtility.HtmlEncode(t).Length",
      "Convert.ToBase64String(Encoding.UTF8.GetBytes(t)).Length",
      "BitConverter.ToString(Encoding.UTF8.GetBytes(t)).Length",
      "js:encodeURIComponent(t).length",
      "js:decodeURIComponent(t).length",
    ],
    texts: ["escapes", "entities", "accents"],
  },
  {
    platform: "`Uri`",
    calls: ["new Uri(t) == null", 'new Uri(new Uri("http://h/a"), t) == null'],
    texts: ["dot segments", "escapes"],
  },
  {
    platform: "Formats (own)",
    calls: [
      "(1.5m).ToString(t).Length",
      "DateTime.MinValue.ToString(t).Length",
      `TimeSpan.Zero.ToString("'" + t + "'").Length`,
      "string.Format(t, 1).Length",
    ],
    texts: ["letters", "commas"],
  },
  {
    platform: "`sort`, `Map`, `Set`, arrays",
    calls: [
      "t.OrderBy(c => c).Count()",
      "t.Distinct().Count()",
      "t.GroupBy(c => c).Count()",
      "t.ToList().Count",
      "new HashSet<char>(t).Count",
      "t.ToDictionary(c => c, c => c).Count",
      "js:t.split(',').sort().length",
      "js:[...t].length",
    ],
    texts: ["letters", "commas"],
  },
];
