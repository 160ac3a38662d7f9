import type { Headers } from "../http/headers.js";
import type { QueryList } from "../http/query.js";
import type { QueryValues } from "./operations.js";

/** The query parameter that stands for the action in templates of SOAP operations: `/?soapAction=ACTION`. */
const PARAMETER = "soapaction";

/**
 * The query as operations of SOAP APIs see it: the action that the message names is its parameter `soapAction`. SOAP 1.1 has it in the header
 * `SOAPAction`, SOAP 1.2 in the parameter `action` of its content type; one that the caller puts into the query itself goes before.
 */
export function withSoapAction(query: QueryList, headers: Headers): QueryValues {
  return { get: (name) => query.get(name) ?? (name.toLowerCase() === PARAMETER ? actionOf(headers) : null) };
}

function actionOf(headers: Headers): string {
  const named = headers.get("soapaction") ?? /;\s*action\s*=\s*("[^"]*"|[^;\s]+)/i.exec(headers.get("content-type") ?? "")?.[1];
  return (named ?? "").trim().replace(/^"(.*)"$/s, "$1");
}
