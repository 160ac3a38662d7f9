import { describe, expect, it } from "vitest";
import { product, statuses } from "./limits-support.js";
import { findings } from "./support.js";

const anna = { url: "https://api.example/one/", headers: { "Ocp-Apim-Subscription-Key": "anna-1" } };

describe("quota", () => {
  it("caps calls by subscription over fixed periods", async () => {
    const world = await product(`<quota calls="2" renewal-period="3600" />`);
    await world.clock.advance(3_000_000);
    expect(await statuses(world, "anna-1 GET one", "anna-2 GET two", "anna-1 GET one", "bert-1 GET one")).toEqual([
      200, 200, 403, 200,
    ]);
    const { reason, headers, text, error } = await world.send(anna);
    expect([reason, headers.get("Retry-After"), JSON.parse(text)]).toEqual([
      "Quota Exceeded",
      "600",
      { statusCode: 403, message: "Out of call volume quota. Quota will be replenished in 00:10:00." },
    ]);
    expect(error).toMatchObject({ source: "quota", reason: "QuotaExceeded", scope: "product" });
    await world.clock.advance(600_000);
    expect(await statuses(world, "anna-1 GET one")).toEqual([200]);
  });

  it("periods start with the subscription", async () => {
    const world = await product(`<quota calls="0" renewal-period="3600" />`);
    const { headers } = await world.send({ ...anna, headers: { "Ocp-Apim-Subscription-Key": "bert-1" } });
    expect(headers.get("Retry-After")).toBe("1800");
  });

  it("names days", async () => {
    const { error } = await (await product(`<quota calls="0" renewal-period="1209600" />`)).send(anna);
    expect(error!.message).toMatch(/in (?:\d+\.)\d\d:\d\d:\d\d\.$/);
  });

  it("of no period never renews and says nothing of it", async () => {
    const world = await product(`<quota calls="1" renewal-period="0" />`);
    expect(await statuses(world, "anna-1 GET one")).toEqual([200]);
    await world.clock.advance(1e12);
    const { status, headers, text } = await world.send(anna);
    expect([status, headers.get("Retry-After"), (JSON.parse(text) as { message: string }).message]).toEqual([
      403,
      null,
      "Out of call volume quota.",
    ]);
  });

  it("caps the bytes of both bodies, after the fact", async () => {
    const world = await product(`<quota bandwidth="1" renewal-period="3600" />`, [{ reply: { body: "x".repeat(600) } }]);
    const call = { ...anna, method: "POST", body: "y".repeat(423) };
    expect((await world.send(call)).status).toBe(200);
    expect((await world.send(call)).status).toBe(200);
    const { status, text } = await world.send(call);
    expect([status, (JSON.parse(text) as { message: string }).message]).toEqual([
      403,
      expect.stringMatching(/^Out of bandwidth quota\./),
    ]);
  });

  it("caps APIs and operations apart; refused calls do not count", async () => {
    const world = await product(
      `<quota calls="4" renewal-period="3600"><api name="First" calls="2"><operation id="post" calls="1" /></api></quota>`,
    );
    expect(
      await statuses(
        world,
        "anna-1 POST one",
        "anna-1 POST one",
        "anna-1 GET one",
        "anna-1 GET one",
        "anna-1 GET two",
        "anna-1 GET two",
        "anna-1 GET two",
      ),
    ).toEqual([200, 403, 200, 403, 200, 200, 403]);
  });

  it.each([
    [`<quota renewal-period="3600" />`, ["error TP2101"]],
    [`<quota calls="1" />`, ["error TP2007"]],
    [`<quota calls="1" renewal-period="3600"><api id="a" /></quota>`, ["error TP2101"]],
    [`<quota calls="1" renewal-period="3600"><api calls="1" /></quota>`, ["error TP2101"]],
    [`<quota calls="1" renewal-period="3600"><api id="a" calls="1" renewal-period="60" /></quota>`, ["warning TP2104"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml).filter((one) => one !== "error TP2004")).toEqual(expected);
  });
});
