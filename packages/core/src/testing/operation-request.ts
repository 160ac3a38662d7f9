import type { BuiltConfiguration } from "../config/build/build.js";
import { Headers } from "../http/headers.js";
import type { GatewayRequest } from "../http/message.js";
import { addressOf, hostOf, type SurfaceOperation } from "./invariants/surface.js";

/** A request to the policy under test. A URL is needed, unless one operation is tested. */
export interface TestRequest extends Omit<Partial<GatewayRequest>, "certificate"> {
  readonly certificate?: GatewayRequest["certificate"];
  /** Values for the template of the operation that is tested, in place of a URL. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Finds an operation by `<API>/<operation>`. @throws TypeError if there is none */
export function testedOperation(written: string, built: BuiltConfiguration): SurfaceOperation {
  const all = built.namespaces.flatMap(({ apis }) =>
    apis.flatMap((api) => api.operations.map((operation) => ({ api, operation }))),
  );
  const found = all.find(({ api, operation }) => `${api.id}/${operation.id}` === written);
  if (found === undefined) {
    const known = all.map(({ api, operation }) => `${api.id}/${operation.id}`).slice(0, 20);
    throw new TypeError(
      `Invalid operation '${written}': expected <API>/<operation>${known.length === 0 ? "" : `, such as ${known.join(", ")}`}.`,
    );
  }
  return addressOf(found.api, found.operation, hostOf(built));
}

/**
 * A request as the gateway gets it.
 * @param operation where it goes if it has no URL; null if it must have one
 * @throws TypeError if no URL can be made for it
 */
export function requestTo(operation: SurfaceOperation | null, { parameters = {}, ...request }: TestRequest): GatewayRequest {
  const { url } = request;
  if (url !== undefined) return { method: "GET", headers: [], ...request, url };
  if (operation === null) throw new TypeError("A request needs a URL.");
  const { base, template, versionHeader, versionQuery, method } = operation;
  const path = template.replace(/\{([^}]*)\}/g, (_, name: string) => {
    const value = parameters[name.replace("*", "")];
    if (value === undefined) throw new TypeError(`Invalid parameters: expected a value for '${name}' of ${template}.`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams(versionQuery).toString();
  const joined = `${base}${path === "/" ? "" : path}${query === "" ? "" : `${path.includes("?") ? "&" : "?"}${query}`}`;
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(versionHeader)) if (!headers.has(name)) headers.append(name, value);
  return { method, ...request, url: joined, headers };
}
