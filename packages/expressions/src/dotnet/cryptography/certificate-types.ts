import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineEnum, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { type NetArray, NetObject } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";
import { certificate2Header, X509Certificate2 } from "./certificate.js";
import { distinguishedNameType } from "./distinguished-name.js";
import { cryptographicError } from "./errors.js";
import { Oid, oidType } from "./oid.js";
import type { RSA } from "./rsa.js";

type Certificate = X509Certificate2;
const NAMESPACE = "System.Security.Cryptography.X509Certificates";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase();
const bytes = (read: (self: Certificate) => Uint8Array) =>
  withCall((site: CallSite, self: Certificate) => byteArray(site, read(self).slice()));
const create = withCall((site: CallSite, data: NetArray | null, password: string | null = null) => {
  if (data === null) throw raise.argument("Array may not be empty or null.", "data");
  site.run.steps(2_000);
  return X509Certificate2.import(bytesOf(data).slice(), password, (rounds) => site.run.steps(rounds * 8));
});
const nothing = () => null;

/** System.Security.Cryptography.X509Certificates.PublicKey. */
class PublicKey extends NetObject {
  constructor(readonly certificate: Certificate) {
    super();
  }

  override get declaration() {
    return publicKeyType;
  }
}

const publicKeyType: TypeDeclaration = defineType(`sealed class ${NAMESPACE}.PublicKey`, {
  "System.Security.Cryptography.Oid Oid { get; }": (self: PublicKey) => Oid.of(self.certificate.fields.keyAlgorithm),
  "System.Security.Cryptography.AsymmetricAlgorithm Key { get; }": (self: PublicKey) => {
    const key = self.certificate.publicRsa;
    if (key === null) throw raise.notSupported("The certificate key algorithm is not supported.");
    return key;
  },
  "AsnEncodedData EncodedKeyValue { get; }": (self: PublicKey) => new AsnEncodedData(self.certificate.fields.keyBytes),
  "AsnEncodedData EncodedParameters { get; }": (self: PublicKey) => new AsnEncodedData(self.certificate.fields.keyParameters),
});

/** System.Security.Cryptography.AsnEncodedData: bytes. */
class AsnEncodedData extends NetObject {
  constructor(readonly raw: Uint8Array) {
    super();
  }

  override get declaration() {
    return encodedDataType;
  }
}

const encodedDataType: TypeDeclaration = defineType(
  `class ${NAMESPACE}.AsnEncodedData`,
  { "byte[] RawData { get; }": withCall((site: CallSite, self: AsnEncodedData) => byteArray(site, self.raw.slice())) },
  { beyond: true },
);

/** How many extensions there are: more of them is outside the documented list. */
class ExtensionCollection extends NetObject {
  constructor(readonly count: number) {
    super();
  }

  override get declaration() {
    return extensionsType;
  }
}

const extensionsType: TypeDeclaration = defineType(
  `sealed class ${NAMESPACE}.X509ExtensionCollection`,
  { "int Count { get; }": (self: ExtensionCollection) => self.count },
  { beyond: true },
);

/** `System.Security.Cryptography.X509Certificates.X509Certificate`, as expressions know it. */
export const certificateType = defineType(`class ${NAMESPACE}.X509Certificate : System.IDisposable`, {
  "new(byte[] data)": create,
  "string Subject { get; }": (self: Certificate) => self.fields.subject.name,
  "string Issuer { get; }": (self: Certificate) => self.fields.issuer.name,
  "string GetName()": (self: Certificate) => self.fields.subject.nameInOrder,
  "string GetIssuerName()": (self: Certificate) => self.fields.issuer.nameInOrder,
  "string GetFormat()": () => "X509",
  "byte[] GetCertHash()": bytes((self) => self.hash),
  "string GetCertHashString()": (self: Certificate) => self.thumbprint,
  "string GetEffectiveDateString()": (self: Certificate) => self.time("notBefore").toText(),
  "string GetExpirationDateString()": (self: Certificate) => self.time("notAfter").toText(),
  "string GetKeyAlgorithm()": (self: Certificate) => self.fields.keyAlgorithm,
  "byte[] GetKeyAlgorithmParameters()": bytes((self) => self.fields.keyParameters),
  "string GetKeyAlgorithmParametersString()": (self: Certificate) => hex(self.fields.keyParameters),
  "byte[] GetPublicKey()": bytes((self) => self.fields.keyBytes),
  "string GetPublicKeyString()": (self: Certificate) => hex(self.fields.keyBytes),
  "byte[] GetRawCertData()": bytes((self) => self.der),
  "string GetRawCertDataString()": (self: Certificate) => hex(self.der),
  "byte[] GetSerialNumber()": bytes((self) => self.fields.serial.slice().reverse()),
  "string GetSerialNumberString()": (self: Certificate) => self.serialNumber,
  [`byte[] Export(${NAMESPACE}.X509ContentType contentType)`]: withCall((site: CallSite, self: Certificate, type: number) => {
    if (type !== 1) throw cryptographicError("Only the certificate itself can be exported.");
    return byteArray(site, self.der.slice());
  }),
  "string ToString(bool fVerbose)": (self: Certificate) => self.toText(),
  "bool Equals(X509Certificate other)": (self: Certificate, other: Certificate | null) => other !== null && self.equals(other),
  "void Reset()": nothing,
  "void Dispose()": nothing,
});

/** `System.Security.Cryptography.X509Certificates.X509Certificate2`, as expressions know it. */
export const certificate2Type = defineType(certificate2Header.header, {
  "new(byte[] rawData)": create,
  "new(byte[] rawData, string password)": create,
  "new(byte[] rawData, string password, X509KeyStorageFlags keyStorageFlags)": create,
  "new(X509Certificate certificate)": (other: Certificate | null) => {
    if (other === null) throw raise.argumentNull("certificate");
    return other;
  },
  "static X509ContentType GetCertContentType(byte[] rawData)": withCall((site: CallSite, data: NetArray | null) => {
    if (data === null) throw raise.argument("Array may not be empty or null.", "rawData");
    site.run.steps(2_000);
    const isPfx = X509Certificate2.isPfx(bytesOf(data));
    if (!isPfx) X509Certificate2.of(bytesOf(data));
    return isPfx ? 3 : 1;
  }),
  "bool Archived { get; }": () => false,
  "string FriendlyName { get; set; }": {
    get: (self: Certificate) => self.friendlyName,
    set: (self: Certificate, name: string | null) => {
      self.friendlyName = name ?? "";
    },
  },
  "bool HasPrivateKey { get; }": (self: Certificate) => self.hasPrivateKey,
  "X500DistinguishedName IssuerName { get; }": (self: Certificate) => self.fields.issuer,
  "X500DistinguishedName SubjectName { get; }": (self: Certificate) => self.fields.subject,
  "System.DateTime NotAfter { get; }": (self: Certificate) => self.time("notAfter"),
  "System.DateTime NotBefore { get; }": (self: Certificate) => self.time("notBefore"),
  "PublicKey PublicKey { get; }": (self: Certificate) => new PublicKey(self),
  "System.Security.Cryptography.AsymmetricAlgorithm PrivateKey { get; }": (self: Certificate): RSA | null => self.privateRsa,
  "byte[] RawData { get; }": bytes((self) => self.der),
  "string SerialNumber { get; }": (self: Certificate) => self.serialNumber,
  "System.Security.Cryptography.Oid SignatureAlgorithm { get; }": (self: Certificate) => self.signatureAlgorithm,
  "string Thumbprint { get; }": (self: Certificate) => self.thumbprint,
  "int Version { get; }": (self: Certificate) => self.fields.version,
  "X509ExtensionCollection Extensions { get; }": (self: Certificate) => new ExtensionCollection(self.fields.extensions.length),
  "string GetNameInfo(X509NameType nameType, bool forIssuer)": (self: Certificate, type: number, forIssuer: boolean) =>
    self.nameInfo(type, forIssuer),
  "bool Verify()": withCall((site: CallSite, self: Certificate) => {
    site.run.steps(20_000);
    return self.verify(site.run.host.now());
  }),
});

const extensionMethods = defineType(`static class ${NAMESPACE}.RSACertificateExtensions`, {
  "static System.Security.Cryptography.RSA GetRSAPublicKey(this X509Certificate2 certificate)": (self: Certificate | null) => {
    if (self === null) throw raise.argumentNull("certificate");
    return self.publicRsa;
  },
  "static System.Security.Cryptography.RSA GetRSAPrivateKey(this X509Certificate2 certificate)": (self: Certificate | null) => {
    if (self === null) throw raise.argumentNull("certificate");
    return self.privateRsa;
  },
});

/** Certificates. */
export const certificateTypes: readonly TypeDeclaration[] = [
  oidType,
  distinguishedNameType,
  publicKeyType,
  encodedDataType,
  extensionsType,
  certificateType,
  certificate2Type,
  extensionMethods,
  defineEnum(`${NAMESPACE}.X509ContentType`, {
    Unknown: 0,
    Cert: 1,
    SerializedCert: 2,
    Pfx: 3,
    Pkcs12: 3,
    SerializedStore: 4,
    Pkcs7: 5,
    Authenticode: 6,
  }),
  defineEnum(`${NAMESPACE}.X509NameType`, {
    SimpleName: 0,
    EmailName: 1,
    UpnName: 2,
    DnsName: 3,
    DnsFromAlternativeName: 4,
    UrlName: 5,
  }),
  defineEnum(
    `${NAMESPACE}.X509KeyStorageFlags`,
    {
      DefaultKeySet: 0,
      UserKeySet: 1,
      MachineKeySet: 2,
      Exportable: 4,
      UserProtected: 8,
      PersistKeySet: 16,
      EphemeralKeySet: 32,
    },
    { beyond: true, flags: true },
  ),
];
