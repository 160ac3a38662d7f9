import { checkDocument } from "@turnpike/core";
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

  it.each([
    [`<rate-limit calls="1" />`, ["error TP2007"]],
    [`<rate-limit calls="1" renewal-period="301" />`, ["error TP2008"]],
    [`<rate-limit calls="@(1)" renewal-period="10" />`, ["error TP2009"]],
    [`<rate-limit calls="1" renewal-period="10"><api calls="1" renewal-period="10" /></rate-limit>`, ["error TP2101"]],
    [
      `<rate-limit calls="1" renewal-period="10"><operation id="x" calls="1" renewal-period="10" /></rate-limit>`,
      ["error TP2010"],
    ],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
    expect(checkDocument(document(xml)).ok).toBe(false);
  });
});
