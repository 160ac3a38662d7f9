import { X509Certificate } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Logger } from "@turnpike/core";
import { logEvents } from "@turnpike/core/adapter";
import { UsageError } from "../command.js";

/** A certificate in PEM, its chain behind it, and the file of its key; the key may stand in the same file. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** What all certificates of a listener have in common. */
export interface CommonOptions extends Pick<SecureContextOptions, "minVersion" | "ciphers"> {
  /** The file with authorities for certificates of callers; null for none. */
  readonly authorities: string | null;
}

/** A certificate ready for handshakes, and the names that it is for. */
interface ReadyCertificate {
  readonly names: readonly string[];
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/** Milliseconds between two looks at the files. Volumes of secrets are swapped as links, of which no event tells. */
const LOOK = 5_000;

/**
 * The certificates of a listener. The one whose names fit what a caller asks for (SNI, RFC 6066, 3; one star stands for one label) is shown; to
 * callers that ask for none of them, the first. When files change they are read again; what cannot be used leaves the last good ones in force.
 */
export class Certificates {
  private ready: readonly ReadyCertificate[];
  private watched: (() => void) | null = null;

  /** @throws UsageError for a file that cannot be read, or is no certificate with its key, or holds no authorities */
  constructor(
    private readonly files: readonly CertificateFiles[],
    private readonly common: CommonOptions,
  ) {
    this.ready = this.read();
  }

  private read(): ReadyCertificate[] {
    const { authorities, ...others } = this.common;
    const common = authorities === null ? others : { ...others, ca: authoritiesIn(authorities) };
    return this.files.map((pair) => readyCertificate(pair, common));
  }

  /** What a TLS server is made with. */
  get serverOptions(): SecureContextOptions & { SNICallback: SniCallback } {
    return { ...this.ready[0]!.options, SNICallback: (name, answer) => answer(null, this.contextFor(name)) };
  }

  /**
   * Follows the files.
   * @param changed told of each new state that is in force: servers take the first certificate from it
   * @returns looks at once, for a signal that asks for it
   */
  follow(logger: Logger, changed: (options: SecureContextOptions) => void): () => void {
    const look = (): void => {
      try {
        this.ready = this.read();
        changed(this.ready[0]!.options);
        logger.info({ names: this.ready.flatMap(({ names }) => names) }, logEvents.tlsCertificatesRead);
      } catch (error) {
        logger.error({ err: error }, logEvents.tlsCertificatesUnusable);
      }
    };
    const { authorities } = this.common;
    const paths = new Set(this.files.flatMap(({ cert, key }) => [cert, key]));
    if (authorities !== null) paths.add(authorities);
    for (const path of paths) watchFile(path, { interval: LOOK, persistent: false }, look);
    this.watched = () => {
      for (const path of paths) unwatchFile(path, look);
    };
    return look;
  }

  /** Files are looked at no more. */
  close(): void {
    this.watched?.();
  }

  private contextFor(name: string): SecureContext {
    const wanted = name.toLowerCase();
    const star = wanted.replace(/^[^.]+/, "*");
    const fitting = (text: string): ReadyCertificate | undefined => this.ready.find(({ names }) => names.includes(text));
    return (fitting(wanted) ?? fitting(star) ?? this.ready[0]!).context;
  }
}

type SniCallback = (name: string, answer: (error: Error | null, context?: SecureContext) => void) => void;

function readyCertificate({ cert, key }: CertificateFiles, common: SecureContextOptions): ReadyCertificate {
  const options = { ...common, cert: textOf(cert, "--tls-cert"), key: textOf(key, "--tls-key") };
  try {
    return { names: namesOf(new X509Certificate(options.cert)), options, context: createSecureContext(options) };
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(
      `Invalid certificate '${cert}' with key '${key}': expected PEM, the key that belongs to it. (${message})`,
    );
  }
}

function authoritiesIn(file: string): string {
  const text = textOf(file, "--tls-client-ca");
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UsageError(`Invalid file '${file}' of '--tls-client-ca': expected certificates in PEM.`);
}

/** Its DNS names and addresses; where it has none, its common name. */
function namesOf(certificate: X509Certificate): string[] {
  const names = (certificate.subjectAltName ?? "").matchAll(/(?:DNS|IP Address):([^,\s]+)/g);
  const alternatives = Array.from(names, ([, name]) => name!.toLowerCase());
  if (alternatives.length > 0) return alternatives;
  const common = /^CN=(.+)$/m.exec(certificate.subject);
  return common === null ? [] : [common[1]!.toLowerCase()];
}

function textOf(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(
      `'${option}' does not work: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}).`,
    );
  }
}
