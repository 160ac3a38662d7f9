import { builtinTypes } from "../../packages/expressions/src/dotnet/builtin.js";
import type { MemberSymbol, MethodSymbol, NetType, PropertySymbol } from "../../packages/expressions/src/types/net-type.js";
import { createTypeScope } from "../../packages/expressions/src/types/scope.js";

/**
 * Calls of every member of the type tables with arguments that are null, empty, extreme or in a wrong state, as C# statements. What a
 * call gives is its value, or the exception that it throws; never an internal error.
 */

/** Values by type: C# texts, the ordinary one first. */
const POOL: Readonly<Record<string, readonly string[]>> = {
  string: [
    '"ab,c"',
    "null",
    '""',
    '" "',
    '"-1"',
    '"2024-02-30T25:61:61Z"',
    '"\\ud800"',
    '"{"',
    '"99999999999999999999"',
    '"<a/>"',
    '"a\\0b"',
    '"http://h/%zz?q#f"',
  ],
  object: ['(object)"a"', "null", "(object)1", "(object)1.5", "new object()", "(object)'c'", "new JObject()"],
  int: ["1", "0", "-1", "int.MaxValue", "int.MinValue", "37"],
  uint: ["1u", "uint.MaxValue"],
  long: ["1L", "0L", "-1L", "long.MaxValue", "long.MinValue"],
  ulong: ["1ul", "ulong.MaxValue"],
  short: ["(short)1", "short.MinValue"],
  ushort: ["(ushort)1", "ushort.MaxValue"],
  byte: ["(byte)1", "(byte)255", "(byte)0"],
  sbyte: ["(sbyte)1", "sbyte.MinValue"],
  bool: ["true", "false"],
  char: ["'a'", "'\\0'", "'\\ud800'", "'\\uffff'"],
  double: ["1.5", "0.0", "double.NaN", "double.PositiveInfinity", "double.MaxValue", "-1e-300", "1e17"],
  float: ["1.5f", "float.NaN", "float.MaxValue"],
  decimal: ["1.5m", "0m", "decimal.MaxValue", "decimal.MinValue"],
  DateTime: ["new DateTime(2024, 2, 29, 1, 2, 3)", "DateTime.MinValue", "DateTime.MaxValue"],
  DateTimeOffset: [
    "new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.Zero)",
    "DateTimeOffset.MinValue",
    "DateTimeOffset.MaxValue",
  ],
  TimeSpan: ["TimeSpan.FromHours(1)", "TimeSpan.Zero", "TimeSpan.MinValue", "TimeSpan.MaxValue"],
  Guid: ['new Guid("00112233-4455-6677-8899-aabbccddeeff")', "Guid.Empty"],
  Uri: [
    'new Uri("http://h:81/a/b?q=1#f")',
    "null",
    'new Uri("a/b", UriKind.Relative)',
    'new Uri("mailto:a@b")',
    'new Uri("file:///a/b")',
  ],
  "byte[]": ["new byte[] { 1, 2, 255 }", "null", "new byte[0]", "new byte[16]"],
  "char[]": ["new[] { 'a', ',' }", "null", "new char[0]"],
  "string[]": ['new[] { "a", null, "b" }', "null", "new string[0]"],
  "object[]": ['new object[] { 1, null, "b" }', "null", "new object[0]"],
  "int[]": ["new[] { 3, 1, 2 }", "null", "new int[0]"],
  Regex: ['new Regex("(a)(b)?")'],
  Match: ['Regex.Match("ab", "(?<n>a)(c)?")', 'Regex.Match("x", "a")'],
  Group: ['Regex.Match("ab", "(a)(c)?").Groups[1]', 'Regex.Match("ab", "(a)(c)?").Groups[2]'],
  Capture: ['(Capture)Regex.Match("ab", "(a)(c)?")'],
  GroupCollection: ['Regex.Match("ab", "(?<n>a)(c)?").Groups'],
  MatchCollection: ['Regex.Matches("aab", "a")'],
  CaptureCollection: ['Regex.Match("aab", "(a)+").Groups[1].Captures'],
  StringBuilder: ['new StringBuilder("ab")', "new StringBuilder(0, 2)"],
  XName: ['(XName)"a"', "null", '(XName)"{n}b"'],
  XNamespace: ['(XNamespace)"n"', "null", "XNamespace.None", "XNamespace.Xmlns"],
  XElement: ['XElement.Parse("<a x=\\"1\\">t<b/><!--c--></a>")', "null", 'new XElement("e")'],
  XDocument: ['XDocument.Parse("<a><b/></a>")', "new XDocument()"],
  XAttribute: ['new XAttribute("x", "1")', "null"],
  XNode: ['(XNode)new XText("t")', "null"],
  XObject: ['(XObject)new XElement("o")'],
  XContainer: ['(XContainer)new XElement("o")'],
  XText: ['new XText("t")'],
  XCData: ['new XCData("t")'],
  XComment: ['new XComment("t")'],
  XDeclaration: ['new XDeclaration("1.0", "utf-8", null)', "null"],
  XDocumentType: ['new XDocumentType("a", null, null, null)'],
  XProcessingInstruction: ['new XProcessingInstruction("a", "b")'],
  JToken: ['(JToken)JObject.Parse("{\\"a\\":[1,\\"x\\"]}")', "null", "(JToken)new JValue(1)", "(JToken)new JArray()"],
  JObject: ['JObject.Parse("{\\"a\\":[1,\\"x\\"],\\"b\\":null}")', "new JObject()", "null"],
  JArray: ['JArray.Parse("[1,\\"x\\",null,{\\"a\\":1}]")', "new JArray()", "null"],
  JContainer: ["(JContainer)new JArray(1)"],
  JValue: ['new JValue("x")', "new JValue(1L)", "JValue.CreateNull()"],
  JProperty: ['new JProperty("p", 1)', 'JObject.Parse("{\\"a\\":1,\\"b\\":2}").Property("a")'],
  JConstructor: ['new JConstructor("c", 1)'],
  Encoding: ["Encoding.UTF8", "Encoding.ASCII", "Encoding.Unicode", "null"],
  IFormatProvider: ["CultureInfo.InvariantCulture", "null"],
  CultureInfo: ["CultureInfo.InvariantCulture"],
  StringComparer: ["StringComparer.Ordinal", "StringComparer.OrdinalIgnoreCase"],
  Version: ['new Version("1.2.3")', "null", "new Version(1, 2, 3, 4)"],
  IPAddress: ['IPAddress.Parse("1.2.3.4")', "IPAddress.IPv6Loopback", "null"],
  Random: ["new Random(1)"],
  Type: ["typeof(string)"],
  Array: ["(Array)new[] { 3, 1, 2 }", "null", "(Array)new int[2, 2]"],
  UriBuilder: ['new UriBuilder("http://h/a")'],
  IEnumerable: ['(System.Collections.IEnumerable)new[] { "b", "a" }', "null"],
  StringReader: ['new StringReader("a\\nb")'],
  StringWriter: ["new StringWriter()"],
  JsonSerializerSettings: ["new JsonSerializerSettings()", "null"],
  JsonLoadSettings: ["new JsonLoadSettings()", "null"],
  JTokenEqualityComparer: ["new JTokenEqualityComparer()"],
  TimeZoneInfo: ["TimeZoneInfo.Utc"],
  Exception: ['new Exception("m")', 'new ArgumentException("m", "p")'],
};

/** Values of constructed types, by the name of the definition; type parameters are `string` and `int` by turns. */
const GENERIC: Readonly<Record<string, readonly string[]>> = {
  "List<string>": ['new List<string> { "b", "a", null }', "new List<string>()"],
  "IEnumerable<string>": ['(IEnumerable<string>)new[] { "b", "a", "b" }', "null", "(IEnumerable<string>)new string[0]"],
  "IEnumerable<int>": ["(IEnumerable<int>)new[] { 3, 1, 2 }", "null", "(IEnumerable<int>)new int[0]"],
  "IEnumerable<char>": ['(IEnumerable<char>)"ba"', "null"],
  "IEnumerable<object>": ['(IEnumerable<object>)new object[] { 1, "a", null }', "null"],
  "IEnumerable<JToken>": ["(IEnumerable<JToken>)new JArray(1, 2)", "null"],
  "IEnumerable<XElement>": ['XElement.Parse("<a><b/><b/></a>").Elements()', "null"],
  "IEnumerable<XNode>": ['XElement.Parse("<a>t<b/></a>").Nodes()', "null"],
  "IList<string>": ['(IList<string>)new List<string> { "a" }', '(IList<string>)new[] { "a" }', "null"],
  "IList<JToken>": ['(IList<JToken>)JObject.Parse("{\\"a\\":1,\\"b\\":2}")', "(IList<JToken>)new JArray(1)"],
  "ICollection<string>": ['(ICollection<string>)new List<string> { "a" }', '(ICollection<string>)new[] { "a" }'],
  "IDictionary<string, string>": ['(IDictionary<string, string>)new Dictionary<string, string> { { "a", "1" } }', "null"],
  "Dictionary<string, string>": ['new Dictionary<string, string> { { "a", "1" } }', "new Dictionary<string, string>()"],
  "HashSet<string>": ['new HashSet<string> { "a", null }'],
  "Queue<string>": ['new Queue<string>(new[] { "a" })', "new Queue<string>()"],
  "Stack<string>": ['new Stack<string>(new[] { "a" })', "new Stack<string>()"],
  "SortedDictionary<string, string>": ['new SortedDictionary<string, string> { { "a", "1" } }'],
  "KeyValuePair<string, string>": ['new KeyValuePair<string, string>("a", null)'],
  "IEqualityComparer<string>": ["StringComparer.OrdinalIgnoreCase", "null"],
  "IComparer<string>": ["StringComparer.Ordinal", "null"],
  "Tuple<string, string>": ['Tuple.Create("a", "b")'],
  "Func<string, bool>": ['(Func<string, bool>)(x => x == "a")', "null"],
  "Func<string, string>": ["(Func<string, string>)(x => x + x)", "null"],
  "Predicate<string>": ['(Predicate<string>)(x => x == "a")', "null"],
  "Action<string>": ["(Action<string>)(x => { })", "null"],
  "Comparison<string>": ["(Comparison<string>)((x, y) => string.CompareOrdinal(x, y))", "null"],
  "Nullable<int>": ["(int?)5", "(int?)null"],
};

/** One generated call. */
export interface NetCall {
  /** The member as `Type.Member/arity`. */
  readonly member: string;
  /** `@{ … }`: gives the value, or lets the exception pass. */
  readonly expression: string;
}

const scope = createTypeScope(builtinTypes);

/** The C# name of a type with `string` for its parameters. */
function shortName(type: NetType): string {
  return type.name.replace(/\b(T|K|V|TKey|TValue|TSource|TResult|TElement|T1|T2|TItem|R|TInner|TOuter|U|A)\b/g, "string");
}

function poolOf(type: NetType): readonly string[] | undefined {
  const name = shortName(type);
  const own = (Object.hasOwn(POOL, name) ? POOL[name] : undefined) ?? (Object.hasOwn(GENERIC, name) ? GENERIC[name] : undefined);
  if (own !== undefined) return own;
  if (name === "string") return POOL["string"];
  if (type.underlying !== null) return ["null", ...(poolOf(type.underlying) ?? [])];
  if (type.kind === "enum") {
    const [first] = type.memberNames();
    return first === undefined ? undefined : [`${name}.${first}`, `(${name})99`, `(${name})(-1)`];
  }
  if (type.kind === "parameter") return POOL["string"];
  return undefined;
}

/** Members that answer differently each time, or that show which system is below. */
const UNSTABLE =
  /Random|\bNow\b|UtcNow|Today|NewGuid|NewLine|GetHashCode|GenerateKey|GenerateIV|Create\(|CurrentCulture|Local|TimeZone|StackTrace|RSA|Certificate|Rijndael|Symmetric|Aes|HMAC|Hash/;

/** All calls of one member: the ordinary arguments, then each argument's extremes with the others ordinary, then all at their extremes. */
function* callsOf(type: NetType, member: MethodSymbol | PropertySymbol): Generator<string> {
  const { parameters } = member;
  const isIndexer = member.kind === "property" && parameters.length > 0;
  if (parameters.some(({ mode }) => mode === "ref")) return;
  const extension = member.kind === "method" && member.isExtension;
  const needsReceiver = member.kind !== "constructor" && !member.isStatic;
  const receivers = needsReceiver ? poolOf(type) : [null];
  const pools = parameters.map(({ type, mode }) => (mode === "out" ? ["out"] : poolOf(type)));
  if (receivers === undefined || pools.some((pool) => pool === undefined)) return;
  const all = [receivers, ...(pools as (readonly string[])[])];
  const turns: (string | null)[][] = [all.map((pool) => pool[0]!)];
  all.forEach((pool, i) => {
    for (const value of pool.slice(1)) turns.push(all.map((other, k) => (k === i ? value : other[0]!)));
  });
  for (let k = 1; k < 6; k++) turns.push(all.map((pool, i) => pool[(k * (i + 3) + i) % pool.length]!));
  for (const [receiver, ...values] of turns) {
    const args = values.map((value, i) =>
      value === "out" ? `out r${i}` : value === "null" ? `(${shortName(parameters[i]!.type)})null` : value,
    );
    const outs = values.flatMap((value, i) => (value === "out" ? [`${shortName(parameters[i]!.type)} r${i}; `] : []));
    const results = values.flatMap((value, i) => (value === "out" ? [`r${i}`] : []));
    if (receiver === "null") continue;
    const self = member.isStatic || member.kind === "constructor" ? shortName(type) : "self";
    const generic =
      member.kind === "method" && member.typeParameters.length > 0 && !extension
        ? `<${member.typeParameters.map(() => "string").join(", ")}>`
        : "";
    const call =
      member.kind === "constructor"
        ? `new ${self}(${args.join(", ")})`
        : isIndexer
          ? `self[${args.join(", ")}]`
          : member.kind === "property"
            ? `${self}.${member.name}`
            : `${self}.${member.name}${generic}(${args.join(", ")})`;
    const before = `${receiver === null ? "" : `var self = ${receiver}; `}${outs.join("")}`;
    if (member.kind === "method" && member.returnType.kind === "void")
      yield `@{ ${before}${call}; return ${needsReceiver ? "self" : '""'}; }`;
    else if (results.length > 0) yield `@{ ${before}var v = ${call}; return v + "|" + ${results.join(' + "|" + ')}; }`;
    else yield `@{ ${before}return ${call}; }`;
  }
}

function isCallable(member: MemberSymbol): member is MethodSymbol | PropertySymbol {
  return member.kind === "method" || member.kind === "constructor" || (member.kind === "property" && member.canRead);
}

/** The types of the tables, constructed with `string` where they are generic. */
function* types(): Generator<NetType> {
  for (const { header, options } of builtinTypes) {
    if (options.unnamed === true) continue;
    const match = /(?:class|struct|interface)\s+([\w.+]+)(?:<([^>]*)>)?/.exec(header);
    if (match === null) continue;
    const arity = match[2] === undefined ? 0 : match[2].split(",").length;
    const definition = scope.find(match[1]!, arity);
    if (definition === null || match[1]!.startsWith("Turnpike")) continue;
    yield arity === 0
      ? definition
      : scope.construct(
          definition,
          Array.from({ length: arity }, () => scope.find("System.String")!),
        );
  }
}

/** All generated calls, in the order of the tables. The same ones each time. */
export function* netCalls(): Generator<NetCall> {
  const seen = new Set<string>();
  for (const type of types())
    for (const name of type.memberNames())
      for (const member of type.members(name)) {
        if (!isCallable(member) || member.name.startsWith("operator")) continue;
        for (const expression of callsOf(type, member)) {
          if (UNSTABLE.test(expression) || seen.has(expression)) continue;
          seen.add(expression);
          yield { member: `${type.definitionName}.${member.name}/${member.parameters.length}`, expression };
        }
      }
}
