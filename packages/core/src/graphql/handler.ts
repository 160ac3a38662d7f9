import { isHandshake } from "../http/handshake.js";
import { decodeUtf8 } from "../http/utf8.js";
import { mediaType } from "../policies/bodies/content-type.js";
import { shallowJson } from "../policies/content-validation/json-place.js";
import { isUnpackingError, sizedBody } from "../policies/content-validation/message-size.js";
import type { Exchange, HostHandler, RequestMessage, ResponseMessage } from "../policy/exchange.js";
import type { Allowance } from "./allowance.js";
import { answerOf, faultAnswer, faultResult, jsonAnswer, plainResult, RESPONSE_TYPE, refusal } from "./answer.js";
import type { Caller } from "./caller.js";
import { STREAM_TYPE, streamAnswer } from "./event-stream.js";
import { MalformedRequest, type Query, type WrittenQuery } from "./query.js";
import type { GraphqlServer } from "./server.js";
import { openSocket } from "./socket.js";

/** The media type of a body that is the query itself. */
const QUERY_TYPE = "application/graphql";

/**
 * The server of a GraphQL API as the backend of its pipeline: GraphQL over HTTP by POST and GET, several requests in one body, server-sent
 * events and WebSocket connections.
 */
export function graphqlHandler(server: GraphqlServer): HostHandler {
  return async (request, exchange) => {
    if (isHandshake(exchange.originalUrl)) return openSocket(server, request, exchange);
    const accept = request.headers.get("Accept") ?? "";
    const isNewer = accept.includes(RESPONSE_TYPE);
    let written: WrittenQuery | readonly WrittenQuery[];
    if (request.method === "GET") written = queryOf(request);
    else if (request.method !== "POST") return refusal(405, "GraphQL takes GET and POST.", [["Allow", "GET, POST"]]);
    else {
      try {
        const read = await readBody(server, request, exchange);
        if ("status" in read) return read;
        written = read.written;
      } catch (error) {
        return faultAnswer(error, isNewer);
      }
    }
    const caller: Caller = { exchange, signal: exchange.signal, observer: exchange.observer };
    if (isList(written)) return batch(server, written, caller, isNewer);
    const single = written;
    const query = (): Query => readable(server.reader.read(single), request.method);
    if (accept.includes(STREAM_TYPE)) return streamAnswer(server, query, caller);
    try {
      return answerOf(await run(server, query(), caller, server.allowance(exchange)), isNewer);
    } catch (error) {
      if (error instanceof MutationByGet) return refusal(405, error.message, [["Allow", "POST"]]);
      return faultAnswer(error, isNewer);
    }
  };
}

const isList = (written: WrittenQuery | readonly WrittenQuery[]): written is readonly WrittenQuery[] => Array.isArray(written);

/** Requests that may be repeated at will change nothing. */
class MutationByGet extends MalformedRequest {}

function readable(query: Query, method: string): Query {
  if (method === "GET" && query.operation.operation === "mutation") throw new MutationByGet("Mutations are sent by POST.");
  return query;
}

function run(server: GraphqlServer, query: Query, caller: Caller, allowance: Allowance) {
  if (query.operation.operation === "subscription")
    throw new MalformedRequest(`Subscriptions take ${STREAM_TYPE}, or a WebSocket connection.`);
  return server.execute(query, caller, allowance);
}

/** Several requests: one after the other, since one may change what the next one reads. */
async function batch(
  server: GraphqlServer,
  written: readonly WrittenQuery[],
  caller: Caller,
  isNewer: boolean,
): Promise<ResponseMessage> {
  const { maxBatch } = server.limits;
  if (written.length === 0 || written.length > maxBatch)
    return faultAnswer(new MalformedRequest(`A body has from 1 to ${maxBatch} requests.`), isNewer);
  const allowance = server.allowance(caller.exchange);
  const results: unknown[] = [];
  for (const item of written) {
    try {
      results.push(plainResult(await run(server, server.reader.read(item), caller, allowance)));
    } catch (error) {
      results.push(plainResult(faultResult(error)));
    }
  }
  return jsonAnswer(200, results, isNewer);
}

/** The request in a URL. */
function queryOf({ url }: RequestMessage): WrittenQuery {
  const first = (name: string): string | undefined => url.query.getAll(name)[0];
  const variables = first("variables");
  return {
    query: first("query"),
    operationName: first("operationName"),
    ...(variables === undefined || variables === "" ? {} : { variables: shallowJson(variables) ?? variables }),
  };
}

type Body = { readonly written: WrittenQuery | readonly WrittenQuery[] };

/** Throws MalformedRequest. */
async function readBody(server: GraphqlServer, request: RequestMessage, exchange: Exchange): Promise<Body | ResponseMessage> {
  const type = mediaType(request.headers.get("Content-Type"));
  if (type !== "application/json" && type !== QUERY_TYPE)
    return refusal(415, `A GraphQL request is application/json or ${QUERY_TYPE}.`);
  const { maxSize } = server.limits;
  let bytes: Uint8Array;
  try {
    const sized = await sizedBody(exchange, request, maxSize);
    if ("size" in sized) return refusal(413, `The request's body exceeds the limit of ${maxSize} bytes.`);
    bytes = sized.bytes;
  } catch (error) {
    if (!isUnpackingError(error)) throw error;
    throw new MalformedRequest("The request's body cannot be unpacked.");
  }
  const text = decodeUtf8(bytes);
  if (text === null) throw new MalformedRequest("The request's body is not in UTF-8.");
  if (type === QUERY_TYPE) return { written: { query: text } };
  const value = shallowJson(text);
  if (typeof value !== "object" || value === null)
    throw new MalformedRequest("The request's body is no JSON object with a query.");
  if (Array.isArray(value)) {
    if (value.some((item) => typeof item !== "object" || item === null))
      throw new MalformedRequest("The request's body is no list of JSON objects with a query.");
    return { written: value as WrittenQuery[] };
  }
  return { written: value };
}
