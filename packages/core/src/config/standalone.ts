import type { ApiConfiguration, OperationConfiguration } from "./configuration.js";

/** The methods that a document which is run alone takes. */
export const standaloneMethods: readonly string[] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** What the API of a document that is run alone has in common, in a test and in `turnpike run FILE.xml --backend URL`. */
export const standaloneApi = {
  subscriptionRequired: false,
  // Its OPTIONS operation is only there so that every method has one.
  preflights: "gateway",
} as const satisfies ApiConfiguration;

/**
 * The API of a document that is run alone: it takes every method and path.
 * @param policy the document
 * @param serviceUrl the backend's address
 */
export function standalone(policy: ApiConfiguration["policy"], serviceUrl: string): ApiConfiguration {
  const operations: Record<string, OperationConfiguration> = Object.fromEntries(
    standaloneMethods.map((method) => [method.toLowerCase(), { method, urlTemplate: "/*" }]),
  );
  return { ...standaloneApi, path: "", serviceUrl, ...(policy === undefined ? {} : { policy }), operations };
}
