import { describe, expect, it } from "vitest";
import { ask, completion, modelWorld } from "./ai-support.js";
import { findings } from "./support.js";

const lookup = `<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="side" embeddings-backend-auth="system-assigned" />`;

function storing(attributes: string, status = 200) {
  return modelWorld(
    { inbound: lookup, outbound: `<llm-semantic-cache-store ${attributes} />` },
    { side: () => ({ body: { data: [{ embedding: [1, 2] }] } }), model: () => ({ ...completion(), status }) },
  );
}

describe("llm-semantic-cache-store", () => {
  it.each([
    [`duration="60"`, 200, 1],
    [`duration="@(59 + 1)"`, 200, 1],
    [`duration="60"`, 201, 2],
    [`duration="60"`, 429, 2],
    [`duration="60" cache-response="true"`, 201, 1],
    [`duration="60" cache-response="false"`, 200, 2],
    [`duration="60" cache-response="@(context.Response.StatusCode == 201)"`, 201, 1],
    [`duration="0"`, 200, 2],
  ])("%s and status %i: two questions are %i calls", async (attributes, status, calls) => {
    const { send, forwarded } = await storing(attributes, status);
    expect([(await send(ask("?"))).status, (await send(ask("?"))).status]).toEqual([status, status]);
    expect(forwarded()).toHaveLength(calls);
  });

  it("keeps an answer for its duration", async () => {
    const { send, clock, forwarded } = await storing(`duration="60"`);
    await send(ask("?"));
    await clock.advance(59_999);
    await send(ask("?"));
    expect(forwarded()).toHaveLength(1);
    await clock.advance(1);
    await send(ask("?"));
    expect(forwarded()).toHaveLength(2);
  });

  it("keeps what the policies before it made of the answer", async () => {
    const { send } = await modelWorld(
      {
        inbound: lookup,
        outbound: `<set-body>made</set-body><llm-semantic-cache-store duration="60" /><set-body>sent</set-body>`,
      },
      { side: () => ({ body: { data: [{ embedding: [1, 2] }] } }) },
    );
    expect([(await send(ask("?"))).text, (await send(ask("?"))).text]).toEqual(["sent", "sent"]);
  });

  it("does nothing without a lookup", async () => {
    const { send, calls } = await modelWorld({ outbound: `<llm-semantic-cache-store duration="60" />` });
    expect([(await send(ask("?"))).status, (await send(ask("?"))).status, calls.length]).toEqual([200, 200, 2]);
  });
});

it.each([
  [{ outbound: `<azure-openai-semantic-cache-store duration="5" />` }, []],
  [{ outbound: "<llm-semantic-cache-store />" }, ["error TP2007"]],
  [{ outbound: `<llm-semantic-cache-store duration="long" />` }, ["error TP2008"]],
  [{ inbound: `<llm-semantic-cache-store duration="5" />` }, ["error TP2003"]],
])("is checked at load time: %s", (sections, expected) => {
  expect(findings(sections)).toEqual(expected);
});
