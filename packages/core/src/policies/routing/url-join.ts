import type { Url } from "../../http/url.js";

/** A request's URL behind a backend's base URL: one slash at the joint, the base's own query in front of the request's. */
export function joinUrl(base: Url, request: Url): Url {
  const path = base.path.endsWith("/") ? base.path.slice(0, -1) : base.path;
  const queries = [base.queryString.slice(1), request.queryString.slice(1)].filter((one) => one !== "");
  return base.with({ path: path + request.path, queryString: queries.join("&") });
}
