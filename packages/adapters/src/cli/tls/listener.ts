import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server, createSecureServer, type Http2SecureServer, type Http2Server } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import { createSecureContext, type SecureVersion } from "node:tls";
import type { Logger } from "@turnpike/core";
import { type CommandCall, type CommandOption, UsageError } from "../command.js";
import { Certificates, type CommonOptions } from "./certificates.js";

/** The options of a listener for TLS. */
export const tlsOptions: Readonly<Record<string, CommandOption>> = {
  "tls-cert": {
    type: "string",
    multiple: true,
    value: "FILE",
    help: "serves TLS with this certificate (PEM, its chain behind it); several are told apart by the name that callers ask for",
  },
  "tls-key": {
    type: "string",
    multiple: true,
    value: "FILE",
    help: "the key of each --tls-cert, in the same order; default: in the same file",
  },
  "tls-min": { type: "string", value: "VERSION", help: "the lowest version of TLS: 1.2 or 1.3; default 1.2" },
  "tls-ciphers": { type: "string", value: "LIST", help: "ciphers of TLS, as OpenSSL writes them; default: Node's" },
  "tls-client": {
    type: "string",
    value: "WHICH",
    help: "certificates of callers: request (policies decide: context.Request.Certificate) or require (of an authority of --tls-client-ca); default: not asked for",
  },
  "tls-client-ca": { type: "string", value: "FILE", help: "authorities for certificates of callers (PEM)" },
  http2: {
    type: "boolean",
    help: "serves HTTP/2: beside HTTP/1.1, as callers choose in the handshake of TLS (ALPN); without --tls-cert alone, by prior knowledge",
  },
};

/** A server for the listener that the options ask for. */
export interface Listener {
  readonly server: Server | Http2SecureServer | Http2Server;
  /** The scheme that callers use. */
  readonly scheme: "http" | "https";
  /** Reads certificates again when their files change, or the process gets SIGHUP. */
  follow(logger: Logger): void;
  close(): void;
}

/**
 * Makes the listener.
 * @throws UsageError for options that do not go together, and files that cannot be used
 */
export function makeListener(call: CommandCall): Listener {
  const certs = call.texts("tls-cert");
  if (certs.length === 0) return plainListener(call);
  const keys = call.texts("tls-key");
  if (keys.length > 0 && keys.length !== certs.length)
    throw new UsageError(
      `'--tls-key' stands ${keys.length} times, '--tls-cert' ${certs.length} times: expected as many of both.`,
    );
  const files = certs.map((cert, i) => ({ cert, key: keys[i] ?? cert }));
  const common: CommonOptions = {
    minVersion: minVersionOf(call),
    ...ciphersOf(call),
    authorities: call.text("tls-client-ca") ?? null,
  };
  const certificates = new Certificates(files, common);
  const client = clientOf(call);
  const options = {
    ...certificates.serverOptions,
    requestCert: client !== null,
    rejectUnauthorized: client === "require",
  };
  const server = call.has("http2") ? createSecureServer({ ...options, allowHTTP1: true }) : createTlsServer(options);
  let look = (): void => {};
  const onSignal = (): void => look();
  return {
    server,
    scheme: "https",
    follow(logger) {
      look = certificates.follow(logger, (changed) => server.setSecureContext(changed));
      process.on("SIGHUP", onSignal);
    },
    close() {
      process.removeListener("SIGHUP", onSignal);
      certificates.close();
    },
  };
}

function plainListener(call: CommandCall): Listener {
  const needs = Object.keys(tlsOptions).find(
    (name) => name !== "tls-cert" && name !== "http2" && (call.has(name) || call.texts(name).length > 0),
  );
  if (needs !== undefined) throw new UsageError(`'--${needs}' needs '--tls-cert'.`);
  return { server: call.has("http2") ? createHttp2Server() : createServer(), scheme: "http", follow() {}, close() {} };
}

const VERSIONS: Readonly<Record<string, SecureVersion>> = { "1.2": "TLSv1.2", "1.3": "TLSv1.3" };

function minVersionOf(call: CommandCall): SecureVersion {
  const text = call.text("tls-min") ?? "1.2";
  const version = VERSIONS[text];
  if (version === undefined) throw new UsageError(`Invalid value '${text}' of '--tls-min': expected 1.2 or 1.3.`);
  return version;
}

function ciphersOf(call: CommandCall): { readonly ciphers?: string } {
  const ciphers = call.text("tls-ciphers");
  if (ciphers === undefined) return {};
  try {
    createSecureContext({ ciphers });
  } catch {
    throw new UsageError(
      `Invalid value '${ciphers}' of '--tls-ciphers': expected ciphers that OpenSSL knows, with colons between.`,
    );
  }
  return { ciphers };
}

function clientOf(call: CommandCall): "request" | "require" | null {
  const text = call.text("tls-client");
  if (text === undefined) {
    if (call.text("tls-client-ca") !== undefined) throw new UsageError("'--tls-client-ca' needs '--tls-client'.");
    return null;
  }
  if (text !== "request" && text !== "require")
    throw new UsageError(`Invalid value '${text}' of '--tls-client': expected request or require.`);
  if (text === "require" && call.text("tls-client-ca") === undefined)
    throw new UsageError("'--tls-client require' needs '--tls-client-ca'.");
  return text;
}
