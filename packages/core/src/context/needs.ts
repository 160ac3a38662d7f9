/** Which bodies must be in memory before an expression runs. */
export interface BodiesRead {
  readonly request: boolean;
  readonly response: boolean;
}

const READS = ["As", "AsFormUrlEncodedContent", "AsJObject", "AsJArray", "AsJToken"].map((member) => `IMessageBody.${member}`);

/**
 * Says by the members that a compiled expression uses which of the two bodies of `context` it may read. A response in a variable
 * (`((IResponse)context.Variables["x"]).Body`) is in memory already: only one reached through `context.Response` counts.
 */
export function bodiesRead(uses: ReadonlySet<string>): BodiesRead {
  const readsModel = uses.has("IFoundry.Deployment");
  if (!READS.some((member) => uses.has(member))) return readsModel ? REQUEST : NONE;
  return {
    request: readsModel || (uses.has("IRequest.Body") && uses.has("IProxyContext.Request")),
    response: uses.has("IResponse.Body") && uses.has("IProxyContext.Response"),
  };
}

const REQUEST: BodiesRead = { request: true, response: false };
const NONE: BodiesRead = { request: false, response: false };
