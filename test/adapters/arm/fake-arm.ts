import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An instance's id in the tests. */
export const ROOT = "/subscriptions/sub/resourceGroups/group/providers/Microsoft.ApiManagement/service/shop";

type Properties = Readonly<Record<string, unknown>>;

/** Azure Resource Manager with one API Management instance: it pages, throttles, fails and changes when it is told to. */
export class FakeArm {
  /** By path below the instance. */
  readonly resources = new Map<string, Properties>();
  readonly events: object[] = [];
  /** What calls got: method and path. */
  calls: string[] = [];
  /** All requests, those inside of calls of many too. */
  requests: string[] = [];
  page = 1_000;
  hasBatch = true;
  hasLog = true;
  canListSecrets = true;
  /** Answers of the next calls, in place of what is there. */
  readonly failures: { readonly status: number; readonly headers?: Record<string, string> }[] = [];
  /** Answers of the next requests inside a call of many. */
  readonly inner: { readonly status: number; readonly headers?: Record<string, string> }[] = [];
  url = "";

  private readonly server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () =>
      this.answer(request.method!, request.url!, request.headers.authorization, Buffer.concat(parts), response),
    );
  });

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }

  /** Puts something in place, and tells the log of it. */
  put(path: string, properties: Properties, at: string | null = null): void {
    this.resources.set(path, properties);
    if (at !== null)
      this.events.push({
        eventDataId: `event-${this.events.length}`,
        eventTimestamp: at,
        operationName: { value: "Microsoft.ApiManagement/service/apis/write" },
        status: { value: "Succeeded" },
        resourceId: `${ROOT}/${path}`,
      });
  }

  private answer(method: string, url: string, authorization: string | undefined, body: Buffer, response: ServerResponse): void {
    this.calls.push(`${method} ${url.replace(/\?.*$/, "")}`);
    const failure = this.failures.shift();
    if (!/^Bearer token-/.test(authorization ?? "")) return send(response, 401, { error: { code: "AuthenticationFailed" } });
    if (failure !== undefined) return send(response, failure.status, { error: { code: "Failed" } }, failure.headers);
    if (url.startsWith("/batch?")) {
      if (!this.hasBatch) return send(response, 404, {});
      const { requests } = JSON.parse(body.toString()) as { requests: { httpMethod: string; name: string; url: string }[] };
      if (requests.length > 20) return send(response, 202, {});
      const responses = requests.map((each) => {
        const inner = this.inner.shift();
        if (inner !== undefined)
          return { name: each.name, httpStatusCode: inner.status, headers: inner.headers ?? {}, content: {} };
        const { status, content } = this.one(each.httpMethod, each.url);
        return { name: each.name, httpStatusCode: status, headers: {}, content };
      });
      // They come in any order.
      return send(response, 200, { responses: responses.reverse() });
    }
    const { status, content } = this.one(method, url);
    send(response, status, content);
  }

  private one(method: string, url: string): { status: number; content: unknown } {
    const { pathname, searchParams } = new URL(url, this.url);
    this.requests.push(`${method} ${pathname.replace(`${ROOT}/`, "")}`);
    if (pathname.endsWith("/eventtypes/management/values")) {
      if (!this.hasLog) return { status: 403, content: { error: { code: "AuthorizationFailed" } } };
      const since = /eventTimestamp ge '([^']+)'/.exec(searchParams.get("$filter")!)![1]!;
      const value = this.events.filter((event) => (event as { eventTimestamp: string }).eventTimestamp >= since);
      return { status: 200, content: { value } };
    }
    if (!pathname.startsWith(`${ROOT}/`)) return { status: 404, content: {} };
    const path = decodeURIComponent(pathname.slice(ROOT.length + 1));
    if (method === "POST") return this.secret(path);
    const own = this.resources.get(path);
    if (own !== undefined) return { status: 200, content: { name: path.split("/").at(-1), properties: withoutSecrets(own) } };
    // A path of an even number of parts is a resource, which is not there.
    if (path.split("/").length % 2 === 0) return { status: 404, content: { error: { code: "ResourceNotFound" } } };
    const items = [...this.resources].filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes("/"));
    const skip = Number(searchParams.get("$skip") ?? 0);
    const value = items.slice(skip, skip + this.page).map(([key, properties]) => ({
      id: `${ROOT}/${key}`,
      name: key.split("/").at(-1),
      properties: withoutSecrets(properties),
    }));
    const isLast = skip + this.page >= items.length;
    const nextLink = `${this.url}${pathname}?api-version=${searchParams.get("api-version")}&$skip=${skip + this.page}`;
    return { status: 200, content: { value, ...(isLast ? {} : { nextLink }) } };
  }

  private secret(path: string): { status: number; content: unknown } {
    if (!this.canListSecrets) return { status: 403, content: { error: { code: "AuthorizationFailed" } } };
    const own = this.resources.get(path.replace(/\/list(?:Value|Secrets)$/, ""));
    return own === undefined ? { status: 404, content: {} } : { status: 200, content: own["$secret"] };
  }
}

function withoutSecrets(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "$secret"));
}

function send(response: ServerResponse, status: number, content: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(content));
}

/** A policy document that says that it ran. */
export const document = (word: string): Properties => ({
  format: "rawxml",
  value: `<policies><outbound><base /><set-header name="X-Ran" exists-action="append"><value>${word}</value></set-header></outbound></policies>`,
});

/** An API with operations, each with a policy of its own. */
export function putApi(arm: FakeArm, id: string, operations: number, properties: Properties = {}): void {
  arm.put(`apis/${id}`, {
    displayName: id,
    path: id,
    serviceUrl: `https://${id}.internal`,
    subscriptionRequired: false,
    protocols: ["https"],
    isCurrent: true,
    ...properties,
  });
  arm.put(`apis/${id}/policies/policy`, document(id));
  for (let index = 0; index < operations; index++) {
    arm.put(`apis/${id}/operations/get-${index}`, { displayName: `get ${index}`, method: "GET", urlTemplate: `/${index}` });
    arm.put(`apis/${id}/operations/get-${index}/policies/policy`, document(`${id}-${index}`));
  }
}
