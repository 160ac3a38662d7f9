import type { WireRequest } from "./client.js";
import type { SuiteCase } from "./suite.js";

/** A GET. */
export const get = (
  title: string,
  path: string,
  status: number,
  headers: NonNullable<WireRequest["headers"]> = {},
  ...holds: (string | RegExp)[]
): SuiteCase => ({ title, request: { path, headers }, status, holds });

/** A POST. */
export const post = (
  title: string,
  path: string,
  status: number,
  request: Omit<WireRequest, "path" | "method">,
  ...holds: (string | RegExp)[]
): SuiteCase => ({ title, request: { method: "POST", path, ...request }, status, holds });

/** Headers and body of a request that sends JSON. @param value text is sent as it is */
export const json = (value: unknown): Pick<WireRequest, "headers" | "body"> => ({
  headers: { "Content-Type": "application/json" },
  body: typeof value === "string" ? value : JSON.stringify(value),
});

/** Headers and body of a request that sends a form. */
export const form = (pairs: string): Pick<WireRequest, "headers" | "body"> => ({
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  body: pairs,
});
