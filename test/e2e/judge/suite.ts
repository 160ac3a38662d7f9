import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway, type Gateway } from "#core/index.js";
import { send, type WireRequest, type WireResponse } from "./client.js";

/** One request of an application's suite: what is asked, and what the application must answer. */
export interface SuiteCase {
  readonly title: string;
  readonly request: WireRequest;
  readonly status: number;
  /** What else the answer must hold, as text or pattern somewhere in its record. */
  readonly holds?: readonly (string | RegExp)[];
}

/** An application that listens on a port of its own. */
export interface StartedApplication {
  readonly server: Server;
  close(): Promise<void> | void;
}

/** A way to start an application: with a gateway somewhere in it, or without. */
export type Variant = readonly [title: string, start: (gateway: Gateway) => Promise<StartedApplication>, kind: GatewayKind];

/**
 * `passed`: no API is there for what is asked. `matched`: one API takes everything, and its policies are `<base/>` only. `watched`: besides,
 * policies look at the request and the answer, and change nothing.
 */
export type GatewayKind = "passed" | "matched" | "watched";

/** All kinds. */
export const gatewayKinds: readonly GatewayKind[] = ["passed", "matched", "watched"];

/**
 * Lets an application's own suite judge the gateway: it must pass, and every answer must be the same to the byte, with the gateway in the
 * application as without.
 */
export function judge(cases: readonly SuiteCase[], alone: () => Promise<StartedApplication>, variants: readonly Variant[]): void {
  const expected: string[] = [];

  describe("by itself", () => {
    runSuite(cases, alone, (response, index) => {
      expected[index] = response.record;
    });
  });

  describe.each(variants)("%s", (_, start, kind) => {
    runSuite(
      cases,
      async () => start(await gatewayOf(kind)),
      (response, index) => expect(response.record).toBe(expected[index]),
    );
  });
}

function runSuite(
  cases: readonly SuiteCase[],
  start: () => Promise<StartedApplication>,
  look: (response: WireResponse, index: number) => void,
): void {
  let application: StartedApplication;
  beforeAll(async () => {
    application = await start();
  });
  afterAll(async () => {
    application.server.closeAllConnections();
    await application.close();
  });
  it.each(cases.map((one, index) => [one.title, one, index] as const))(
    "%s",
    async (_, { request, status, holds = [] }, index) => {
      const response = await send((application.server.address() as AddressInfo).port, request);
      look(response, index);
      expect(response.status).toBe(status);
      for (const one of holds) expect(response.record).toMatch(one);
    },
  );
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

function gatewayOf(kind: GatewayKind): Promise<Gateway> {
  const watches = (message: string, value: string): string =>
    kind === "watched" ? `<set-variable name="${message}" value="@(context.${message}.${value})" />` : "";
  const policy = `<policies>
    <inbound><base />${watches("Request", "Method")}</inbound>
    <backend><base /></backend>
    <outbound><base />${watches("Response", "StatusCode")}</outbound>
    <on-error><base /></on-error>
  </policies>`;
  const operations = Object.fromEntries(METHODS.map((method) => [method, { method, urlTemplate: "/*" }]));
  const path = kind === "passed" ? "nobody/asks/for/this" : "";
  return createGateway({ apis: { all: { path, subscriptionRequired: false, policy, operations } } });
}
