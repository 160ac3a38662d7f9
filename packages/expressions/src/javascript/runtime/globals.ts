import { readJson } from "../../dotnet/newtonsoft/reader.js";
import { JToken } from "../../dotnet/newtonsoft/token.js";
import { writeJson } from "../../dotnet/newtonsoft/writer.js";
import { raise } from "../../runtime/exceptions.js";
import { chargeText } from "../../runtime/text-work.js";
import { type CallSite, constant, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { getMember, keysOf } from "./access.js";
import { makeList } from "./list.js";
import { arrayOf, isList, isTruthy, plain, toNumber, toText, toToken } from "./values.js";

type Args = NetArray;

const unary = (names: readonly (keyof Math)[]): Record<string, Implementation> =>
  Object.fromEntries(names.map((name) => [`static double ${String(name)}(double x)`, Math[name] as (x: number) => number]));

/** `Math`. */
const mathType = defineType(
  "static class Turnpike.JavaScript.Math",
  {
    ...unary(["abs", "acos", "asin", "atan", "cbrt", "ceil", "cos", "exp", "floor", "log", "log10", "log2"]),
    ...unary(["round", "sign", "sin", "sqrt", "tan", "trunc"]),
    "static double atan2(double y, double x)": Math.atan2,
    "static double max(params double[] values)": (values: Args) => reduceNumbers(values, Math.max, Number.NEGATIVE_INFINITY),
    "static double min(params double[] values)": (values: Args) => reduceNumbers(values, Math.min, Number.POSITIVE_INFINITY),
    "static double pow(double x, double y)": (x: number, y: number) => x ** y,
    "static double random()": withCall((site: CallSite) => {
      const [a, b, c, d, e, f] = site.run.host.randomBytes(6) as unknown as [number, number, number, number, number, number];
      return (((((a * 256 + b) * 256 + c) * 256 + d) * 256 + e) * 256 + f) / 2 ** 48;
    }),
    "const double PI": constant(Math.PI),
    "const double E": constant(Math.E),
  },
  { unnamed: true },
);

function reduceNumbers(values: Args, choose: (a: number, b: number) => number, start: number): number {
  return (values.items as number[]).reduce((a, b) => choose(a, b), start);
}

function parse(text: string, { run }: CallSite): JToken {
  chargeText(run, text);
  return readJson(text, run, "JToken", { dates: false });
}

/** `JSON`. Dates stay texts. */
const jsonType = defineType(
  "static class Turnpike.JavaScript.JSON",
  {
    "static object parse(object text)": withCall((site: CallSite, text: unknown) =>
      text instanceof JToken && plain(text) === text ? text : parse(toText(text, site), site),
    ),
    "static string stringify(object value, object replacer = null, object space = null)": withCall(
      (site: CallSite, value: unknown, _replacer: unknown, space: unknown) =>
        writeJson(toToken(value, site), isTruthy(space), site.run),
    ),
  },
  { unnamed: true },
);

/** `Object`. */
const objectType = defineType(
  "static class Turnpike.JavaScript.Object",
  {
    "static object keys(object value)": withCall((site: CallSite, value: unknown) => arrayOf(keysOf(value, site), site)),
    "static object values(object value)": withCall((site: CallSite, value: unknown) =>
      makeList(
        keysOf(value, site).map((key) => getMember(value, key, site)),
        site,
      ),
    ),
    "static object entries(object value)": withCall((site: CallSite, value: unknown) =>
      makeList(
        keysOf(value, site).map((key) => makeList([key, getMember(value, key, site)], site)),
        site,
      ),
    ),
  },
  { unnamed: true },
);

/** `Array`. */
const arrayType = defineType(
  "static class Turnpike.JavaScript.Array",
  {
    "static bool isArray(object value)": (value: unknown) => isList(plain(value)),
    "static object from(object value)": withCall((site: CallSite, value: unknown) => {
      const own = plain(value);
      if (typeof own === "string") return arrayOf([...own], site);
      if (isList(own)) return makeList([...own], site);
      throw raise.argument("Array.from needs an array or a text.");
    }),
  },
  { unnamed: true },
);

/** `Number`. */
const numberType = defineType(
  "static class Turnpike.JavaScript.Number",
  {
    "static bool isInteger(object value)": (value: unknown) => Number.isInteger(plain(value)),
    "static bool isSafeInteger(object value)": (value: unknown) => Number.isSafeInteger(plain(value)),
    "static bool isFinite(object value)": (value: unknown) => Number.isFinite(plain(value)),
    "static bool isNaN(object value)": (value: unknown) => Number.isNaN(plain(value)),
    "static double parseFloat(object text)": withCall((site: CallSite, text: unknown) => Number.parseFloat(toText(text, site))),
    "static double parseInt(object text, object radix = null)": withCall((site: CallSite, text: unknown, radix: unknown) =>
      Number.parseInt(toText(text, site), plain(radix) === null ? undefined : toNumber(radix)),
    ),
    "const double MAX_SAFE_INTEGER": constant(Number.MAX_SAFE_INTEGER),
    "const double MIN_SAFE_INTEGER": constant(Number.MIN_SAFE_INTEGER),
    "const double MAX_VALUE": constant(Number.MAX_VALUE),
    "const double EPSILON": constant(Number.EPSILON),
  },
  { unnamed: true },
);

/** `Date`: only the time now, in milliseconds since 1970. Dates are .NET's DateTime. */
const dateType = defineType(
  "static class Turnpike.JavaScript.Date",
  { "static double now()": withCall((site: CallSite) => site.run.host.now()) },
  { unnamed: true },
);

/** Global functions: `parseInt` … */
const functionsType = defineType(
  "static class Turnpike.JavaScript.Functions",
  {
    "static string String(object value)": withCall((site: CallSite, value: unknown) => toText(value, site)),
    "static double Number(object value)": toNumber,
    "static bool Boolean(object value)": isTruthy,
    "static bool isNaN(object value)": (value: unknown) => Number.isNaN(toNumber(value)),
    "static bool isFinite(object value)": (value: unknown) => Number.isFinite(toNumber(value)),
    "static double parseFloat(object text)": numberType.members["static double parseFloat(object text)"]!,
    "static double parseInt(object text, object radix = null)":
      numberType.members["static double parseInt(object text, object radix = null)"]!,
    "static string encodeURIComponent(object text)": coded(encodeURIComponent, 9),
    "static string decodeURIComponent(object text)": coded(decodeURIComponent, 1),
    "static string encodeURI(object text)": coded(encodeURI, 9),
    "static string decodeURI(object text)": coded(decodeURI, 1),
    "static string btoa(object text)": coded(toBase64, 2),
    "static string atob(object text)": coded(fromBase64, 1),
    "static object structuredClone(object value)": withCall((site: CallSite, value: unknown) => {
      const own = plain(value);
      return own instanceof JToken ? own.clone(site.run) : value;
    }),
  },
  { unnamed: true },
);

/** A change of text; `factor` bounds how much longer it can become. */
function coded(change: (text: string) => string, factor: number): Implementation {
  return withCall((site: CallSite, value: unknown) => {
    const text = toText(value, site);
    site.run.allocate(text.length * factor);
    site.run.steps(text.length >> 1);
    try {
      return change(text);
    } catch {
      throw raise.format("The text cannot be encoded or decoded.");
    }
  });
}

function toBase64(text: string): string {
  if (/[^\u0000-\u00ff]/.test(text)) throw raise.format();
  return Buffer.from(text, "latin1").toString("base64");
}

function fromBase64(text: string): string {
  const clean = text.replace(/[\t\n\f\r ]/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean) || clean.replace(/=+$/, "").length % 4 === 1) throw raise.format();
  return Buffer.from(clean, "base64").toString("latin1");
}

/** Global objects by their names, and what their members are: the only names a script knows beside those of its host. */
export const globalTypes: ReadonlyMap<string, TypeDeclaration> = new Map([
  ["Math", mathType],
  ["JSON", jsonType],
  ["Object", objectType],
  ["Array", arrayType],
  ["Number", numberType],
  ["Date", dateType],
]);

/** Global functions by their names are members of this type. */
export const globalFunctions: TypeDeclaration = functionsType;
