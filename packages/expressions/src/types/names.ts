/** C#'s keywords for types and what they stand for. */
export const KEYWORD_TYPES: ReadonlyMap<string, string> = new Map([
  ["object", "System.Object"],
  ["string", "System.String"],
  ["bool", "System.Boolean"],
  ["char", "System.Char"],
  ["sbyte", "System.SByte"],
  ["byte", "System.Byte"],
  ["short", "System.Int16"],
  ["ushort", "System.UInt16"],
  ["int", "System.Int32"],
  ["uint", "System.UInt32"],
  ["long", "System.Int64"],
  ["ulong", "System.UInt64"],
  ["float", "System.Single"],
  ["double", "System.Double"],
  ["decimal", "System.Decimal"],
  ["void", "System.Void"],
]);

/** The other way round: how C# writes these types. */
export const TYPE_KEYWORDS: ReadonlyMap<string, string> = new Map(
  [...KEYWORD_TYPES].map(([keyword, fullName]) => [fullName, keyword]),
);

/**
 * Namespaces whose types expressions may write short, in order of preference: where two declare a name, as `Formatting` is
 * declared by Newtonsoft.Json and System.Xml, the first in `PREFERRED` wins; otherwise the name is ambiguous, as in C#.
 */
export const IMPORTED_NAMESPACES: ReadonlySet<string> = new Set([
  "",
  "System",
  "System.Collections.Generic",
  "System.Linq",
  "System.Text",
  "System.Text.RegularExpressions",
  "System.Globalization",
  "System.Net",
  "System.Security.Cryptography",
  "System.Security.Cryptography.X509Certificates",
  "System.Xml",
  "System.Xml.Linq",
  "System.IO",
  "Newtonsoft.Json",
  "Newtonsoft.Json.Linq",
  "System.Threading",
]);

/** Short names that mean one type although several imported namespaces declare one. */
export const PREFERRED_TYPES: ReadonlyMap<string, string> = new Map([["Formatting", "Newtonsoft.Json.Formatting"]]);
