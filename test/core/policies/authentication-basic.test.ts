import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

describe("authentication-basic", () => {
  it.each([
    [`username="ann" password="secret"`, "ann:secret"],
    [`username="@("ü")" password=""`, "ü:"],
    [`username="a:b" password="c"`, "a:b:c"],
  ])("sends %s", async (attributes, credentials) => {
    const { backendCalls } = await (await world(`<authentication-basic ${attributes} />`)).send({
      url,
      headers: { Authorization: "Bearer of-the-caller" },
    });
    expect(backendCalls[0]!.headers.getAll("Authorization")).toEqual([`Basic ${Buffer.from(credentials).toString("base64")}`]);
  });
});

it.each([
  [`<authentication-basic username="a" password="b" />`, []],
  [`<authentication-basic username="a" />`, ["error TP2007"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
