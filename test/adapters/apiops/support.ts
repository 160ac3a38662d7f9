import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { ApiOpsOptions } from "@turnpike/adapters/apiops";
import { loadApiOps } from "@turnpike/adapters/apiops";
import { ConfigurationError, createGateway, Headers, type OutgoingRequest } from "@turnpike/core";

/** Files by path; what is no text is written as JSON. */
export type Files = Readonly<Record<string, unknown>>;

export const info = (properties: object): unknown => ({ properties });

export function write(files: Files, folder: string = mkdtempSync(join(tmpdir(), "turnpike-apiops-"))): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** An OpenAPI document with one `GET /x`, whose servers are the gateway, as in extracted ones. */
export const specification = (operationId = "get-x", path = "/x"): string =>
  `openapi: 3.0.1\ninfo: { title: T, version: '1' }\nservers: [{ url: 'https://gateway.example/t' }]\npaths:\n  '${path}': { get: { operationId: ${operationId}, responses: { '200': { description: ok } } } }\n`;

/** The files of an API without anything special. */
export const api = (id: string, properties: object = {}): Files => ({
  [`apis/${id}/apiInformation.json`]: info({
    displayName: id,
    path: id,
    serviceUrl: `https://${id}.internal`,
    subscriptionRequired: false,
    protocols: ["https"],
    ...properties,
  }),
  [`apis/${id}/specification.yaml`]: specification(),
});

/** A policy document that says that it ran. */
export const ran = (word: string): string =>
  `<policies><outbound><base /><set-header name="X-Ran" exists-action="append"><value>${word}</value></set-header></outbound></policies>`;

export const findingsOf = (folder: string, options?: ApiOpsOptions): string[] =>
  loadApiOps(folder, options).diagnostics.map(
    (finding) => `${finding.severity} ${finding.code} ${relative(folder, finding.file)} ${finding.message}`,
  );

/** The gateway of a folder, whose backends say 200 to everything. */
export async function serve(folder: string, options?: ApiOpsOptions) {
  const sent: OutgoingRequest[] = [];
  const gateway = await createGateway(loadApiOps(folder, options), {
    transport: (request) => {
      sent.push(request);
      return Promise.resolve({ status: 200, reason: "OK", headers: new Headers(), body: null });
    },
  });
  return {
    gateway,
    call: async (path: string, headers: Record<string, string> = {}) => {
      const before = sent.length;
      const { status, headers: answered } = await gateway.handle({
        method: "GET",
        url: `https://gateway.example${path}`,
        headers,
      });
      return { status, ran: answered.getAll("x-ran").join(","), sent: sent[before]?.url ?? null, request: sent[before] ?? null };
    },
  };
}

/** The errors that keep a folder from being served, with their places. */
export async function errorsOf(folder: string, options?: ApiOpsOptions): Promise<string[]> {
  try {
    await createGateway(loadApiOps(folder, options));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.diagnostics
      .filter((finding) => finding.severity === "error")
      .map((finding) => `${finding.code} ${relative(folder, finding.file)}:${finding.line} ${finding.message}`);
  }
}
