import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a certificate is like. */
export interface CertificateOptions {
  readonly subject?: string;
  /** Lines of an OpenSSL extension section. */
  readonly extensions?: readonly string[];
  readonly serial?: string;
}

/** What a revocation list is like. */
export interface ListOptions {
  /** Serial numbers, hexadecimal, with an even number of digits. */
  readonly revoked?: readonly string[];
  /** Seconds until the next one; default a day. */
  readonly seconds?: number;
  readonly extensions?: readonly string[];
  readonly digest?: string;
}

/** Makes certificates and revocation lists with OpenSSL, in a folder of its own. */
export interface CertificateWorkshop {
  /** A self-signed authority. Gives its PEM. */
  root(name: string, subject: string): string;
  /** The same with an RSA key of so many bits. */
  rsaRoot(name: string, subject: string, bits: number): string;
  /** A certificate by an authority that was made here, `by`. */
  signed(name: string, by: string, options?: CertificateOptions): X509Certificate;
  /** Another certificate for the key and subject of one that was made here. */
  certify(name: string, as: string, by: string, options?: Omit<CertificateOptions, "subject">): X509Certificate;
  /** PEM of what was made under a name, and of its key. */
  pem(name: string): string;
  key(name: string): string;
  keyObject(name: string): KeyObject;
  publicKey(name: string): KeyObject;
  /** PKCS#12 of a certificate and its key. */
  pfx(name: string, password: string): Buffer;
  /** A revocation list in PEM. */
  list(by: string, options?: ListOptions): string;
  dispose(): void;
}

export function certificateWorkshop(): CertificateWorkshop {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-certificates-"));
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const newKey = (name: string): void =>
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", `${name}.key`);
  const selfSigned = (name: string, subject: string): string => {
    openssl("req", "-x509", "-new", "-key", `${name}.key`, "-subj", subject, "-days", "3650", "-out", `${name}.pem`);
    return read(`${name}.pem`);
  };
  const certify: CertificateWorkshop["certify"] = (name, as, by, { extensions = [], serial = "1A2B" } = {}) => {
    write(`${as}.ext`, `${extensions.join("\n")}\n`);
    const authority = ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-set_serial", `0x${serial}`];
    const rest = ["-days", "365", "-extfile", `${as}.ext`, "-out", `${as}.pem`];
    openssl("x509", "-req", "-in", `${name}.csr`, ...authority, ...rest);
    return new X509Certificate(read(`${as}.pem`));
  };
  let lists = 0;
  return {
    root(name, subject) {
      newKey(name);
      return selfSigned(name, subject);
    },
    rsaRoot(name, subject, bits) {
      openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`, "-out", `${name}.key`);
      return selfSigned(name, subject);
    },
    signed(name, by, { subject = "/C=US/O=Smith, Inc/CN=client", ...options } = {}) {
      newKey(name);
      openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
      return certify(name, name, by, options);
    },
    certify,
    pem: (name) => read(`${name}.pem`),
    key: (name) => read(`${name}.key`),
    keyObject: (name) => createPrivateKey(read(`${name}.key`)),
    publicKey: (name) => createPublicKey(read(`${name}.pem`)),
    pfx(name, password) {
      const files = ["-in", `${name}.pem`, "-inkey", `${name}.key`, "-out", `${name}.pfx`];
      openssl("pkcs12", "-export", ...files, "-passout", `pass:${password}`);
      return readFileSync(join(folder, `${name}.pfx`));
    },
    list(by, { revoked = [], seconds = 86_400, extensions = [], digest = "sha256" } = {}) {
      const name = `list-${++lists}`;
      const rows = revoked.map((serial) => `R\t400101000000Z\t250101000000Z\t${serial}\tunknown\t/CN=${serial}\n`);
      write(`${name}.db`, rows.join(""));
      write(`${name}.db.attr`, "");
      const section = extensions.length > 0 ? `crl_extensions=points\n` : "";
      write(
        `${name}.cnf`,
        `[ca]\ndefault_ca=own\n[own]\ndatabase=${name}.db\ndefault_md=${digest}\n${section}[points]\n${extensions.join("\n")}\n`,
      );
      const authority = ["-cert", `${by}.pem`, "-keyfile", `${by}.key`];
      openssl("ca", "-gencrl", "-config", `${name}.cnf`, ...authority, "-crlsec", String(seconds), "-out", `${name}.crl`);
      return read(`${name}.crl`);
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}
