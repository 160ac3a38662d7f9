import { backendNotConfigured, bodyNotBuffered, forward } from "../../backends/forward.js";
import { circuitOpen, poolOpen } from "../../backends/guard.js";
import { identityTokenFailed } from "../../backends/identity-token.js";
import { policyError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { flag, integer, oneOf, seconds } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { callErrors, pathError } from "../failures.js";
import { routingProblems } from "./problems.js";

const backendAnsweredError = policyError({
  when: "fail-on-error-status-code is true, and the backend answers 400 to 599",
  status: "the backend's",
  reason: "BackendErrorStatusCode",
  message: "The backend answered {status} {phrase}.",
  toCaller: "the backend's answer",
});

/** The policy forward-request. */
export const forwardRequest = definePolicy({
  name: "forward-request",
  category: "routing",
  summary: "Sends the current request to the effective backend and makes the backend's answer the current response.",
  remarks: [
    "Sends the current request to the effective backend and makes the backend's answer the current response. Base URL, path and query are joined as they stand, dot segments of the path resolved before; method, headers and body are the request's. Answers of 400 and above are ordinary unless `fail-on-error-status-code` says otherwise: then the answer stays in `context.Response`, and on-error can read it.",
    "Where the reference is silent: a timeout of 0 fails at once; a streamed body cannot be sent twice (`buffer-request-body`); redirects are followed as .NET's HTTP client follows them, all within the time-out, and another origin (scheme, host or port) gets none of the credentials, cookies, keys and certificates, and no header but Accept and the like, Content-Type and the like, Range and User-Agent. `buffer-response` has no effect: chunks are always passed on as they come.",
  ],
  sections: ["backend"],
  scopes: allScopes,
  attributes: {
    timeout: seconds({ default: 300, expressions: true, notes: "Seconds to wait for the backend's status line and headers." }),
    "timeout-ms": integer({ expressions: true, min: 0, notes: "The same limit in milliseconds. Excludes timeout." }),
    "continue-timeout": seconds({
      expressions: true,
      notes: "Seconds to wait for 100 Continue. Turnpike sends bodies without asking first.",
    }),
    "http-version": oneOf(["1", "2", "2or1"], { default: "1", notes: "Protocol to the backend." }),
    "follow-redirects": flag({ default: false, expressions: true, notes: "Whether the gateway follows 3xx answers itself." }),
    "buffer-request-body": flag({
      default: false,
      notes: "Keep a copy of the body, so that a surrounding retry can send it again.",
    }),
    "buffer-response": flag({ default: true, notes: "Whether chunks of the answer may be collected before they are passed on." }),
    "fail-on-error-status-code": flag({ default: false, notes: "Whether an answer from 400 to 599 is an error." }),
  },
  children: {},
  errors: [
    ...callErrors(),
    circuitOpen,
    poolOpen,
    backendAnsweredError,
    backendNotConfigured,
    pathError("the path that policies have made has segments that some servers take for dot segments (`..%2f`, `..\\`, `..;x`)"),
    bodyNotBuffered,
    { ...identityTokenFailed, when: "no token for the backend's managed identity" },
  ],
  compile(element, compiler) {
    const { attributes } = element;
    const milliseconds = attributes["timeout-ms"];
    const { timeout } = attributes;
    if (milliseconds !== null && timeout.source !== "300" && timeout.literal !== 300)
      compiler.report(routingProblems.timeoutTwice());
    const followRedirects = attributes["follow-redirects"];
    const buffersRequestBody = attributes["buffer-request-body"].literal === true;
    const http2 = attributes["http-version"].literal !== "1";
    const fails = attributes["fail-on-error-status-code"].literal === true;

    return (exchange) => {
      if (fails) exchange.endsAtHost = false;
      const sent = forward(exchange, {
        timeout: milliseconds === null ? timeout.get(exchange) * 1000 : milliseconds.get(exchange),
        followRedirects: followRedirects.get(exchange),
        buffersRequestBody,
        http2,
      });
      return fails ? Promise.resolve(sent).then((flow) => refuseErrors(exchange, flow)) : sent;
    };
  },
});

function refuseErrors({ response: { status, reason } }: Exchange, flow: Flow): Flow {
  if (status < 400 || status > 599) return flow;
  throw backendAnsweredError.error({ status, phrase: reason }, { status, statusReason: reason, keepsResponse: true });
}
