import { ResponseView } from "../../context/response.js";
import { Headers } from "../../http/headers.js";
import { internalError } from "../../policy/declared-error.js";
import type { BoundElement } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { clientGone } from "../../policy/failure.js";
import { flag, oneOf, seconds, text } from "../../policy/schema.js";
import { pathError } from "../failures.js";
import { isCallFailure, readAnswer } from "./answered-call.js";
import { daprPath } from "./dapr-path.js";

/** What both policies that call the sidecar take. */
export const daprAttributes = {
  "ignore-error": flag({ default: false, notes: "true: an error of the Dapr runtime does not trigger on-error." }),
  "response-variable-name": text({ notes: "Variable that receives the runtime's response." }),
  timeout: seconds({ default: 5, expressions: true, min: 1, max: 240, notes: "Seconds to wait for the runtime, 1 to 240." }),
  template: oneOf(["Liquid"], { notes: "Renders the content as a Liquid template." }),
  "content-type": oneOf(["application/json"], { notes: "Type of the content." }),
};

const runtimeFailed = internalError(
  "the Dapr runtime answers with an error, and ignore-error is false",
  "DaprRuntimeError",
  "The Dapr runtime answered {status} {phrase}.",
);

const runtimeUnreachable = internalError(
  "the Dapr runtime cannot be reached or does not answer in time, and ignore-error is false",
  "DaprRuntimeUnreachable",
  "The Dapr runtime did not answer: {what}",
);

/** How calls to the sidecar fail. */
export const daprErrors = [
  runtimeFailed,
  runtimeUnreachable,
  pathError("an expression gives a name that would lead elsewhere (empty, `.` or `..`)"),
];

type DaprElement = Pick<BoundElement<typeof daprAttributes>, "attributes" | "name">;

/**
 * Posts to the sidecar and puts its answer into the variable, errors included: on-error may return it.
 * @param segments of the path below `/v1.0`
 */
export async function postToDapr(
  { attributes }: DaprElement,
  exchange: Exchange,
  segments: readonly string[],
  body: Uint8Array,
): Promise<"continue"> {
  const variable = attributes["response-variable-name"]?.literal ?? null;
  const ignores = attributes["ignore-error"].literal === true;
  const url = `${exchange.configuration.deployment.daprUrl.replace(/\/+$/, "")}/v1.0/${daprPath(segments)}`;
  const headers = new Headers([["Content-Type", attributes["content-type"]?.literal ?? "application/json"]]);
  const call = { purpose: "call", method: "POST", url, headers, body, followRedirects: false } as const;
  const ignored = (message: string): "continue" => {
    exchange.observer?.message("dapr", exchange.section, { message }, "error");
    return "continue";
  };
  let response: Awaited<ReturnType<typeof readAnswer>>;
  try {
    response = await readAnswer(call, attributes.timeout.get(exchange) * 1000, exchange);
  } catch (error) {
    if (exchange.signal.aborted) throw clientGone();
    if (!isCallFailure(error)) throw error;
    const what = (error as Error).message;
    if (!ignores) throw runtimeUnreachable.error({ what }, { cause: error });
    return ignored(runtimeUnreachable.text({ what }));
  }
  if (variable !== null) exchange.variables.set(variable, new ResponseView(response));
  const { status, reason } = response;
  if (status < 300) return "continue";
  if (!ignores) throw runtimeFailed.error({ status, phrase: reason });
  return ignored(runtimeFailed.text({ status, phrase: reason }));
}
