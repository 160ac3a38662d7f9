import type { GatewayConfiguration } from "#core/config/configuration.js";
import { ConfigurationError } from "#core/diagnostics/diagnostic.js";
import { createGateway } from "#core/gateway.js";
import type { GatewayOptions } from "#core/gateway-options.js";
import { Headers } from "#core/http/headers.js";
import type { Body } from "#core/http/message.js";
import type { IncomingResponse, OutgoingRequest } from "#core/http/transport.js";
import type { Exchange } from "#core/policy/exchange.js";

/** `<policies>` of these sections; a section that is left out is not there. */
export function policies(sections: Partial<Record<"inbound" | "backend" | "outbound" | "on-error", string>>): string {
  const inner = Object.entries(sections).map(([name, content]) => `<${name}>${content}</${name}>`);
  return `<policies>${inner.join("")}</policies>`;
}

/** `<set-variable>`. */
export const set = (name: string, value: string): string => `<set-variable name="${name}" value="${value}" />`;

/** Appends a word to the response header X-Ran, or to the request's. */
export const ran = (word: string): string =>
  `<set-header name="X-Ran" exists-action="append"><value>${word}</value></set-header>`;

export interface Outcome {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: string;
  readonly exchange: Exchange;
  readonly sent: readonly OutgoingRequest[];
}

export type Reply = (request: OutgoingRequest) => Partial<IncomingResponse> | Promise<Partial<IncomingResponse>>;

/** A gateway whose calls `reply` answers (200 and `ok` where it says nothing). */
export async function gatewayOf(configuration: GatewayConfiguration, reply: Reply = () => ({}), options: GatewayOptions = {}) {
  const sent: OutgoingRequest[] = [];
  const gateway = await createGateway(configuration, {
    transport: async (request) => {
      sent.push(request);
      const answer = await reply(request);
      return { status: 200, reason: "", headers: new Headers(), body: Buffer.from("ok"), ...answer };
    },
    ...options,
  });
  return {
    gateway,
    send: async (
      path: string,
      more: { method?: string; headers?: Record<string, string>; body?: Body | string; signal?: AbortSignal } = {},
    ) => {
      let exchange: Exchange | undefined;
      const before = sent.length;
      const response = await gateway.handle(
        { method: "GET", url: `https://gateway.example${path}`, headers: {}, ...more },
        {
          trace: true,
          observe: (one) => {
            exchange = one;
          },
        },
      );
      const { status, reason, headers, body } = response;
      return { status, reason, headers, body: await text(body), exchange: exchange!, sent: sent.slice(before) } satisfies Outcome;
    },
  };
}

/** One API at `/api` with one operation for everything, and this document. */
export function apiWith(policy: string, more: Partial<GatewayConfiguration> = {}): GatewayConfiguration {
  const methods = ["GET", "POST", "PUT"].map((method) => [method.toLowerCase(), { method, urlTemplate: "/*" }] as const);
  return {
    apis: {
      api: {
        path: "api",
        serviceUrl: "http://backend.internal/base",
        subscriptionRequired: false,
        policy,
        operations: Object.fromEntries(methods),
      },
    },
    ...more,
  };
}

/** The findings that keep a configuration from being used, as `code line:column message`. */
export async function errorsOf(configuration: GatewayConfiguration): Promise<string[]> {
  try {
    await createGateway(configuration, { transport: () => Promise.reject(new Error("not here")) });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.diagnostics
      .filter((finding) => finding.severity === "error")
      .map((finding) => `${finding.code} ${finding.line}:${finding.column} ${finding.message}`);
  }
}

async function text(body: Body): Promise<string> {
  if (body === null) return "";
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  let all = "";
  for await (const chunk of body) all += Buffer.from(chunk).toString();
  return all;
}
