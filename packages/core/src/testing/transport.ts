import { Headers } from "../http/headers.js";
import { type IncomingResponse, type OutgoingRequest, type Transport, TransportError } from "../http/transport.js";
import type { FakeBackend } from "./fake-backend.js";
import type { FaultPlan } from "./faults.js";
import type { IdentityProvider } from "./identity-provider.js";

/** What stands for the network in a test. */
export interface FakeNetwork {
  readonly backend: FakeBackend;
  readonly external: FakeBackend;
  readonly providers: readonly IdentityProvider[];
  readonly faults: FaultPlan;
  /** Collects calls that nothing answered, as `METHOD url`. */
  readonly unexpected: string[];
}

/** A transport that never leaves the process: forwarded calls go to the backend, others to the identity providers and the external rules. */
export function fakeTransport({ backend, external, providers, faults, unexpected }: FakeNetwork): Transport {
  return async (request) => {
    if (request.purpose === "forward")
      return (await backend.answer(request, () => faults.call(["backend"], request))) ?? json(200, null);
    const asksProvider = providers.some(({ issuer }) => request.url.startsWith(issuer));
    const targets = asksProvider
      ? (["identity"] as const)
      : isJudgement(request)
        ? (["external", "content-safety"] as const)
        : (["external"] as const);
    const fault = (): Promise<IncomingResponse> | null => faults.call(targets, request);
    const document = request.method === "GET" ? identityDocument(providers, request) : null;
    if (document !== null) return fault() ?? json(200, document);
    const answer = await external.answer(request, fault);
    if (answer !== null) return answer;
    unexpected.push(`${request.method} ${request.url}`);
    throw new TransportError("connection", `Nothing answers ${request.method} ${request.url} in this test.`);
  };
}

/** Is Azure AI Content Safety asked? */
const isJudgement = ({ url }: OutgoingRequest): boolean => /\/contentsafety\/text:/.test(url);

function identityDocument(providers: readonly IdentityProvider[], request: OutgoingRequest): object | null {
  for (const provider of providers) {
    const document = provider.answer(request.url);
    if (document !== null) return document;
  }
  return null;
}

function json(status: number, value: object | null): IncomingResponse {
  const headers = new Headers(value === null ? {} : { "Content-Type": "application/json" });
  return { status, reason: "", headers, body: value === null ? new Uint8Array(0) : Buffer.from(JSON.stringify(value)) };
}
