import { type CallSite, defineType, type Implementation, type Reference, withCall } from "@turnpike/expressions";
import {
  decryptBytes,
  encryptBytes,
  enumerate,
  type KeyValuePair,
  type NetArray,
  type ReadOnlyDictionaryProtocol,
  raise,
  type SymmetricAlgorithm,
  toText,
  typeOf,
  unbox,
  urlEncode,
  type X509Certificate2,
  zeroOf,
} from "@turnpike/expressions/values";
import { parseBasic } from "./basic.js";
import { HeadersView } from "./dictionary.js";
import { parseJwt } from "./jwt.js";

type Text = string | null;
type Dictionary = ReadOnlyDictionaryProtocol | null;

const READ_ONLY = "System.Collections.Generic.IReadOnlyDictionary";
const FORM = "System.Collections.Generic.IDictionary<string, System.Collections.Generic.IList<string>>";
const ALGORITHM = "System.Security.Cryptography.SymmetricAlgorithm";

function entry(dictionary: Dictionary, key: unknown): unknown {
  if (dictionary === null) throw raise.nullReference();
  return dictionary.lookup(key);
}

/** Several values as one text, joined by commas without blanks. */
const joined = (dictionary: Dictionary, name: Text, otherwise: Text = null): Text => {
  if (dictionary instanceof HeadersView && name !== null) return dictionary.headers.joined(name) ?? otherwise;
  const values = entry(dictionary, name) as NetArray | null | undefined;
  if (values === undefined) return otherwise;
  if (values === null) return null;
  const items = values.items as readonly Text[];
  return items.length === 1 ? (items[0] ?? "") : items.map((item) => item ?? "").join(",");
};

const single = (dictionary: Dictionary, name: Text, otherwise: Text = null): Text => {
  const value = entry(dictionary, name) as Text | undefined;
  return value === undefined ? otherwise : value;
};

/** A variable as T: throws InvalidCastException for a value of another type, as the reference says. */
function variable(site: CallSite, dictionary: Dictionary, name: Text, otherwise?: unknown): unknown {
  const type = site.typeArguments[0]!;
  const value = entry(dictionary, name);
  if (value === undefined) return otherwise === undefined ? zeroOf(type) : otherwise;
  if (value === null) {
    if (type.isValueType && type.underlying === null) throw raise.nullReference();
    return null;
  }
  const actual = typeOf(value, site.scope);
  const target = type.underlying ?? type;
  if (actual === null || !actual.isAssignableTo(target))
    throw raise.invalidCast(actual?.fullName ?? toText(value), target.fullName);
  return target.isValueType ? unbox(value) : value;
}

function formText(site: CallSite, form: unknown): Text {
  if (form === null) return null;
  const pairs: string[] = [];
  for (const pair of enumerate(form)) {
    const { name, value } = pair as KeyValuePair;
    for (const item of enumerate(value)) {
      site.run.step();
      const text = `${urlEncode(name as string)}=${urlEncode((item as Text) ?? "")}`;
      site.run.allocate(text.length);
      pairs.push(text);
    }
  }
  return pairs.join("&");
}

const parsed = <T>(parse: (text: Text) => T | null) => ({
  as: (text: Text) => parse(text),
  tryParse: (text: Text, result: Reference<T | null>) => {
    result.value = parse(text);
    return result.value !== null;
  },
});

const basic = parsed(parseBasic);
const jwt = parsed(parseJwt);

type Crypt = typeof encryptBytes;

const byName = (crypt: Crypt) =>
  withCall((site: CallSite, input: NetArray | null, algorithm: Text, key: NetArray | null, iv: NetArray | null) =>
    crypt(site, input, algorithm, key, iv),
  );
const byObject = (crypt: Crypt) =>
  withCall((site: CallSite, input: NetArray | null, algorithm: SymmetricAlgorithm | null) => crypt(site, input, algorithm));
const byObjectAndKey = (crypt: Crypt) =>
  withCall(
    (site: CallSite, input: NetArray | null, algorithm: SymmetricAlgorithm | null, key: NetArray | null, iv: NetArray | null) =>
      crypt(site, input, algorithm, key, iv),
  );

/**
 * `GetValueOrDefault` of dictionaries that can be changed, as the gateway has it. The classes that are read-only dictionaries as well have
 * it of their own, or a call of one of them would be ambiguous.
 */
const ownDefaults: Record<string, Implementation> = Object.fromEntries(
  ["IDictionary", "Dictionary", "SortedDictionary", "SortedList"].flatMap((type) => {
    const dictionary = `this System.Collections.Generic.${type}<K, V> dictionary`;
    return [
      [
        `static V GetValueOrDefault<K, V>(${dictionary}, K key)`,
        withCall((site: CallSite, self: Dictionary, key: unknown) => {
          const value = entry(self, key);
          return value === undefined ? zeroOf(site.typeArguments[1]!) : value;
        }),
      ],
      [
        `static V GetValueOrDefault<K, V>(${dictionary}, K key, V defaultValue)`,
        (self: Dictionary, key: unknown, otherwise: unknown) => {
          const value = entry(self, key);
          return value === undefined ? otherwise : value;
        },
      ],
    ];
  }),
);

/** The extension methods that the gateway adds to strings, bytes, certificates and dictionaries. */
export const extensionsType = defineType("static class PolicyExtensions", {
  "static BasicAuthCredentials AsBasic(this string input)": basic.as,
  "static bool TryParseBasic(this string input, out BasicAuthCredentials result)": basic.tryParse,
  "static Jwt AsJwt(this string input)": jwt.as,
  "static bool TryParseJwt(this string input, out Jwt result)": jwt.tryParse,

  "static byte[] Encrypt(this byte[] input, string alg, byte[] key, byte[] iv)": byName(encryptBytes),
  [`static byte[] Encrypt(this byte[] input, ${ALGORITHM} alg)`]: byObject(encryptBytes),
  [`static byte[] Encrypt(this byte[] input, ${ALGORITHM} alg, byte[] key, byte[] iv)`]: byObjectAndKey(encryptBytes),
  "static byte[] Decrypt(this byte[] input, string alg, byte[] key, byte[] iv)": byName(decryptBytes),
  [`static byte[] Decrypt(this byte[] input, ${ALGORITHM} alg)`]: byObject(decryptBytes),
  [`static byte[] Decrypt(this byte[] input, ${ALGORITHM} alg, byte[] key, byte[] iv)`]: byObjectAndKey(decryptBytes),
  "static bool VerifyNoRevocation(this System.Security.Cryptography.X509Certificates.X509Certificate2 input)": withCall(
    (site: CallSite, certificate: X509Certificate2 | null) => {
      if (certificate === null) throw raise.nullReference();
      site.run.steps(20_000);
      return certificate.verify(site.run.host.now());
    },
  ),

  [`static string GetValueOrDefault(this ${READ_ONLY}<string, string[]> dictionary, string name)`]: joined,
  [`static string GetValueOrDefault(this ${READ_ONLY}<string, string[]> dictionary, string name, string defaultValue)`]: joined,
  [`static string GetValueOrDefault(this ${READ_ONLY}<string, string> dictionary, string name, string defaultValue = null)`]:
    single,
  // Beyond the reference: published documents call it without a type argument, as .NET's own extension of dictionaries allows.
  [`static object GetValueOrDefault(this ${READ_ONLY}<string, object> dictionary, string name)`]: withCall(
    (site: CallSite, dictionary: Dictionary, name: Text) =>
      variable({ ...site, typeArguments: [site.scope.find("System.Object")!] }, dictionary, name),
  ),
  [`static T GetValueOrDefault<T>(this ${READ_ONLY}<string, object> dictionary, string name)`]: withCall(
    (site: CallSite, dictionary: Dictionary, name: Text) => variable(site, dictionary, name),
  ),
  [`static T GetValueOrDefault<T>(this ${READ_ONLY}<string, object> dictionary, string name, T defaultValue)`]:
    withCall(variable),

  // .NET's own extension, which published documents use for the several values of a claim.
  [`static V GetValueOrDefault<K, V>(this ${READ_ONLY}<K, V> dictionary, K key, V defaultValue)`]: (
    dictionary: Dictionary,
    key: unknown,
    otherwise: unknown,
  ) => {
    const value = entry(dictionary, key);
    return value === undefined ? otherwise : value;
  },

  ...ownDefaults,

  [`static string ToFormUrlEncodedContent(this ${FORM} form)`]: withCall(formText),
  [`static string ToQueryString(this ${FORM} form)`]: withCall((site: CallSite, form: unknown) => {
    const text = formText(site, form);
    return text === null || text === "" ? null : `?${text}`;
  }),
});
