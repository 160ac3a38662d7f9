import { raise } from "../../runtime/exceptions.js";
import { defineType } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.1", "RSA"],
  ["1.2.840.113549.1.1.4", "md5RSA"],
  ["1.2.840.113549.1.1.5", "sha1RSA"],
  ["1.2.840.113549.1.1.10", "RSASSA-PSS"],
  ["1.2.840.113549.1.1.11", "sha256RSA"],
  ["1.2.840.113549.1.1.12", "sha384RSA"],
  ["1.2.840.113549.1.1.13", "sha512RSA"],
  ["1.2.840.10045.2.1", "ECC"],
  ["1.2.840.10045.4.1", "sha1ECDSA"],
  ["1.2.840.10045.4.3.2", "sha256ECDSA"],
  ["1.2.840.10045.4.3.3", "sha384ECDSA"],
  ["1.2.840.10045.4.3.4", "sha512ECDSA"],
  ["1.2.840.113549.2.5", "md5"],
  ["1.3.14.3.2.26", "sha1"],
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
  ["2.16.840.1.101.3.4.1.2", "aes128"],
  ["2.16.840.1.101.3.4.1.42", "aes256"],
  ["2.5.4.3", "CN"],
  ["2.5.4.4", "SN"],
  ["2.5.4.5", "SERIALNUMBER"],
  ["2.5.4.6", "C"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "S"],
  ["2.5.4.9", "STREET"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["2.5.4.12", "T"],
  ["2.5.4.42", "G"],
  ["2.5.4.43", "I"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["1.2.840.113549.1.9.1", "E"],
]);

const VALUES = new Map(Array.from(NAMES, ([value, name]) => [name.toLowerCase(), value]));

/** The short name of an attribute in distinguished names; `OID.` and the number for unknown ones. */
export function attributeName(oid: string): string {
  return NAMES.get(oid) ?? `OID.${oid}`;
}

/** System.Security.Cryptography.Oid. */
export class Oid extends NetObject {
  constructor(
    public value: string | null,
    public friendlyName: string | null,
  ) {
    super();
  }

  /** By number or by name: the other is looked up. */
  static of(text: string | null): Oid {
    if (text === null) return new Oid(null, null);
    if (/^\d+(?:\.\d+)+$/.test(text)) return new Oid(text, NAMES.get(text) ?? null);
    const value = VALUES.get(text.toLowerCase());
    return value === undefined ? new Oid(text, null) : new Oid(value, NAMES.get(value)!);
  }

  override get declaration() {
    return oidType;
  }
}

/** `System.Security.Cryptography.Oid`, as expressions know it. */
export const oidType = defineType("sealed class System.Security.Cryptography.Oid", {
  "new()": () => new Oid(null, null),
  "new(string oid)": (text: string | null) => Oid.of(text),
  "new(string value, string friendlyName)": (value: string | null, name: string | null) => new Oid(value, name),
  "new(Oid oid)": (oid: Oid | null) => {
    if (oid === null) throw raise.argumentNull("oid");
    return new Oid(oid.value, oid.friendlyName);
  },
  "string Value { get; set; }": {
    get: (self: Oid) => self.value,
    set: (self: Oid, value: string | null) => {
      self.value = value;
    },
  },
  "string FriendlyName { get; set; }": {
    get: (self: Oid) => self.friendlyName,
    set: (self: Oid, name: string | null) => {
      self.friendlyName = name;
    },
  },
});
