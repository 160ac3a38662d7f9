import type {
  Catalogue,
  ConsoleFacts,
  GatewayState,
  MadeTest,
  RequestDetail,
  RequestPage,
  SentAnswer,
  SentRequest,
  ShownDocument,
  ShownPipeline,
} from "@turnpike/adapters/console";

/** What the console's server said instead of an answer. */
export class ApiError extends Error {}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`api/${path}`, { credentials: "same-origin", ...init });
  const data = (await answer.json().catch(() => ({ message: `${answer.status} ${answer.statusText}` }))) as unknown;
  if (!answer.ok) throw new ApiError((data as { message: string }).message);
  return data as T;
}

const part = encodeURIComponent;

/** The console's server: every path is relative to the page. */
export const api = {
  facts: () => ask<ConsoleFacts>("facts"),
  requests: (query: URLSearchParams) => ask<RequestPage>(`requests?${query}`),
  request: (id: string) => ask<RequestDetail>(`requests/${part(id)}`),
  madeTest: (id: string) => ask<MadeTest>(`requests/${part(id)}/test`),
  documents: (files: readonly string[]) =>
    ask<ShownDocument[]>(`documents?${new URLSearchParams(files.map((file) => ["file", file]))}`),
  catalogue: () => ask<Catalogue>("catalogue"),
  pipeline: (key: string, operation: string, product: string | null) =>
    ask<ShownPipeline>(`pipeline?${new URLSearchParams({ api: key, operation, ...(product === null ? {} : { product }) })}`),
  state: () => ask<GatewayState>("state"),
  send: (request: SentRequest) =>
    ask<SentAnswer>("send", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) }),
  /** The address of the live list. */
  streamOf: (query: URLSearchParams) => `api/stream?${query}`,
};
