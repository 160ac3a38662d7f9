import { describe, expect, it } from "vitest";
import { queryOptionFault, resourcePathFault } from "#core/policies/content-validation/odata-syntax.js";
import { findings, world } from "./support.js";

const send = async (query: string, attributes = "", headers = {}, body: Uint8Array | null = null) =>
  (await world(`<validate-odata-request error-variable-name="errors" ${attributes} />`)).send({
    url: `https://api.example/odata/${query}`,
    headers,
    body,
  });

describe("validate-odata-request", () => {
  it.each([
    ["People?$filter=Age gt 5&$top=3&own=x", "", {}, null],
    ["People", 'min-odata-version="4.0" max-odata-version="4.01"', {}, null],
    ["People", 'min-odata-version="4.0"', { "OData-Version": "3.0" }, "The OData version 3.0 is lower than 4.0."],
    ["People", 'max-odata-version="4.0"', { "OData-Version": "4.01" }, "The OData version 4.01 is higher than 4.0."],
    ["People", 'default-odata-version="3.0" min-odata-version="4.0"', {}, "The OData version 3.0 is lower than 4.0."],
    ["People", "", { "OData-Version": "four" }, "The header OData-Version is no version."],
    ["People", "", { "OData-MaxVersion": "x" }, "The header OData-MaxVersion is no version."],
    ["People?$top=-1", "", {}, "The query option $top is not valid: it is no number of items."],
    ["People?$top=1&$top=2", "", {}, "The query option $top is there more than once."],
    ["People?$drop=1", "", {}, "The query option $drop is unknown."],
    ["People/$drop", "", {}, "The path segment $drop is unknown."],
  ])("%s %s %j", async (query, attributes, headers, message) => {
    const { status, error, variables } = await send(query.replaceAll(" ", "%20"), attributes, headers);
    if (message === null) expect([status, error]).toEqual([200, null]);
    else {
      expect(error).toMatchObject({ source: "validate-odata-request", reason: "Bad request", message, status: 400 });
      expect(variables).toHaveProperty("errors");
    }
  });

  it("bounds bodies", async () => {
    expect((await send("People", 'max-size="4"', {}, Buffer.from("1234"))).status).toBe(200);
    expect((await send("People", 'max-size="4"', {}, Buffer.from("12345"))).error!.message).toContain("limit of 4 bytes");
  });

  it.each([
    ["$filter", "Name eq 'O''Neil' and not (Age lt 5 or Price mul 2 ge -1.5e3)"],
    ["$filter", "contains(tolower(Name),'a') and Tags/any(t:t/Id in (1,2)) and Items/all(i:i/A)"],
    ["$filter", "At gt 2024-01-01T00:00:00Z and Id eq 01234567-89ab-cdef-0123-456789abcdef and D eq duration'PT1H'"],
    ["$orderby", "Name desc,length(Name) asc, Age"],
    ["$select", "Name,Address/City,*"],
    ["$expand", "Orders($filter=Total gt 5;$expand=Lines($top=1)),Friends/$ref"],
    ["$count", "true"],
  ])("knows %s=%s", (name, value) => {
    expect(queryOptionFault(name, [value])).toBeNull();
  });

  it.each([
    ["$filter", ""],
    ["$filter", "Name eq"],
    ["$filter", "eq 1"],
    ["$filter", "Name eq 'open"],
    ["$filter", "(Name eq 1"],
    ["$filter", "Name eq 1)"],
    ["$filter", "Name eq 1; drop"],
    ["$filter", "A B"],
    ["$filter", "(".repeat(5_000)],
    ["$filter", "x".repeat(40_000)],
    ["$orderby", "Name up"],
    ["$select", "Name,,Age"],
    ["$expand", "Orders("],
    ["$count", "yes"],
    ["$search", ""],
  ])("refuses %s=%s", (name, value) => {
    expect(queryOptionFault(name, [value])).toMatch(/is not valid/);
  });

  it.each([
    ["/People('a')/Friends(1)/$count", null],
    ["/People('a", "The path has a text that is not closed."],
    ["/People(1", "The path has parentheses that do not match."],
    ["/People)(", "The path has parentheses that do not match."],
    ["/%zz", "The path is not percent-encoded as it should be."],
  ])("reads the path %s", (path, fault) => {
    expect(resourcePathFault(path)).toBe(fault);
  });

  it("is checked at load time", () => {
    expect(findings('<validate-odata-request min-odata-version="new" />')).toEqual(["error TP2008"]);
  });
});
