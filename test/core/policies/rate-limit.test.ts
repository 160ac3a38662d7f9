import { checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { product, statuses } from "./limits-support.js";
import { document, findings } from "./support.js";

const anna = { url: "https://api.example/one/", headers: { "Ocp-Apim-Subscription-Key": "anna-1" } };

describe("rate-limit", () => {
  it("counts by subscription, whichever key or API", async () => {
    const world = await product(`<rate-limit calls="2" renewal-period="10" />`);
    expect(await statuses(world, "anna-1 GET one", "anna-2 GET two", "anna-1 GET one", "bert-1 GET one")).toEqual([
      200, 200, 429, 200,
    ]);
    await world.clock.advance(10_000);
    expect(await statuses(world, "anna-1 GET one")).toEqual([200]);
  });

  it("does nothing without a subscription", async () => {
    expect(await statuses(await product(`<rate-limit calls="0" renewal-period="10" />`), "- GET one", "- GET one")).toEqual([
      200, 200,
    ]);
  });

  it("limits APIs and operations apart, by id or name, and counts nothing when one refuses", async () => {
    const world =
      await product(`<rate-limit calls="5" renewal-period="10" remaining-calls-header-name="X-Left" total-calls-header-name="X-All">
      <api id="one" name="Second" calls="3" renewal-period="10"><operation name="Write" calls="1" renewal-period="20" /></api>
    </rate-limit>`);
    expect(await statuses(world, "anna-1 POST one", "anna-1 POST one", "anna-1 GET one")).toEqual([200, 429, 200]);
    const third = await world.send(anna);
    expect([third.status, third.headers.get("X-Left"), third.headers.get("X-All")]).toEqual([200, "0", "5"]);
    const refused = await world.send({ ...anna, method: "POST" });
    expect([refused.status, refused.headers.get("Retry-After"), refused.headers.get("X-Left")]).toEqual([429, "20", "0"]);
    expect(await statuses(world, "anna-1 GET one", "anna-1 GET two", "anna-1 GET two", "anna-1 GET two")).toEqual([
      429, 200, 200, 429,
    ]);
  });

  it("refuses with what the reference says, where on-error can read it", async () => {
    const world = await product(
      `<rate-limit id="r" calls="1" renewal-period="10" retry-after-header-name="X-Wait" retry-after-variable-name="wait" remaining-calls-variable-name="left" total-calls-header-name="X-All" />`,
      [],
      `<set-header name="X-Seen"><value>@(context.Variables["wait"] + " " + context.Variables["left"] + " " + context.LastError.Source + " " + context.LastError.Reason + " " + context.LastError.PolicyId)</value></set-header>`,
    );
    const first = await world.send(anna);
    expect([first.headers.get("X-All"), first.headers.get("X-Wait"), first.variables]).toEqual(["1", null, { left: 0 }]);
    await world.clock.advance(2500);
    const { status, reason, headers, text, error, backendCalls } = await world.send(anna);
    expect([status, reason, backendCalls.length]).toEqual([429, "Too Many Requests", 0]);
    expect(["X-Wait", "Retry-After", "X-All", "X-Seen", "Content-Type"].map((name) => headers.get(name))).toEqual([
      "8",
      null,
      "1",
      "8 0 rate-limit RateLimitExceeded r",
      "application/json",
    ]);
    expect(JSON.parse(text)).toEqual({ statusCode: 429, message: "Rate limit is exceeded. Try again in 8 seconds." });
    expect(error).toMatchObject({ message: "Rate limit is exceeded", section: "inbound", scope: "product" });
  });

  it("slides: what was admitted leaves the window one by one, and refused calls are no part of it", async () => {
    const world = await product(`<rate-limit calls="2" renewal-period="10" />`);
    const seen: [number, number][] = [];
    for (let second = 0; second < 24; second++) {
      seen.push([second, (await statuses(world, "anna-1 GET one"))[0]!]);
      await world.clock.advance(1000);
    }
    expect(seen.filter(([, status]) => status === 200).map(([second]) => second)).toEqual([0, 1, 10, 11, 20, 21]);
  });

  it("counts apart where it stands at several scopes, and over all operations of the scope that it stands in", async () => {
    const limit = (calls: number): string => `<rate-limit calls="${calls}" renewal-period="10" />`;
    const world = await product(limit(10), [], "", { api: limit(3), operation: limit(1) });
    // The second GET is refused by the operation, after product and API have counted it.
    expect(
      await statuses(
        world,
        "anna-1 GET one",
        "anna-1 GET one",
        "anna-1 POST one",
        "anna-1 POST one",
        "anna-1 GET two",
        "anna-1 GET two",
      ),
    ).toEqual([200, 429, 200, 429, 200, 429]);
  });

  it("leaves the smallest remainder of all limits", async () => {
    const world = await product(
      `<rate-limit calls="9" renewal-period="10" remaining-calls-variable-name="left"><api id="two" calls="5" renewal-period="10" /><api name="First" calls="7" renewal-period="10"><operation id="get" calls="8" renewal-period="10" /></api></rate-limit>`,
    );
    expect((await world.send(anna)).variables).toEqual({ left: 6 });
    expect((await world.send({ ...anna, url: "https://api.example/two/" })).variables).toEqual({ left: 4 });
  });

  it("takes limits for an operation of the API at hand, and limits that say how they stand", async () => {
    const world = await product(
      `<rate-limit calls="9" renewal-period="10"><api id="one" calls="5" renewal-period="10" remaining-calls-header-name="X-Api" total-calls-header-name="X-All" /><operation id="get" calls="1" renewal-period="20" retry-after-header-name="X-Wait" /></rate-limit>`,
    );
    const first = await world.send(anna);
    expect([first.status, first.headers.get("X-Api"), first.headers.get("X-All")]).toEqual([200, "4", "5"]);
    const second = await world.send(anna);
    expect([second.status, second.headers.get("X-Wait"), second.headers.get("Retry-After")]).toEqual([429, "20", null]);
  });

  it("of no calls refuses all, and advises the period", async () => {
    const { status, headers } = await (await product(`<rate-limit calls="0" renewal-period="10" />`)).send(anna);
    expect([status, headers.get("Retry-After")]).toEqual([429, "10"]);
  });

  it.each([
    [`<rate-limit calls="1" />`, ["error TP2007"]],
    [`<rate-limit calls="1" renewal-period="301" />`, ["error TP2008"]],
    [`<rate-limit calls="@(1)" renewal-period="10" />`, ["error TP2009"]],
    [`<rate-limit calls="1" renewal-period="10"><api calls="1" renewal-period="10" /></rate-limit>`, ["error TP2101"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
    expect(checkDocument(document(xml)).ok).toBe(false);
  });
});
