import { describe, expect, it } from "vitest";
import { QueryList } from "#core/http/query.js";
import type { OperationModel } from "#core/model/model.js";
import { OperationTree } from "#core/routing/operations.js";
import { parseTemplate } from "#core/routing/template.js";

const operation = (id: string, method: string, urlTemplate: string, optional: readonly string[] = []): OperationModel => ({
  id,
  name: id,
  method,
  urlTemplate,
  templateParameters: optional.map((name) => ({
    name,
    type: "string",
    required: false,
    defaultValue: null,
    values: [],
    schema: null,
    listSeparator: null,
  })),
  request: null,
  responses: [],
});

const tree = new OperationTree([
  operation("root", "GET", "/"),
  operation("list", "GET", "/accounts"),
  operation("mine", "GET", "/accounts/mine"),
  operation("get", "GET", "/accounts/{id}"),
  operation("put", "PUT", "/accounts/{key}"),
  operation("report", "GET", "/accounts/report-{year}-{month}.json"),
  operation("entries", "GET", "/accounts/{id}/entries"),
  operation("find", "GET", "/search?q={text}"),
  operation("findAll", "GET", "/search"),
  operation("findOld", "GET", "/search?q={text}&old=true"),
  operation("page", "GET", "/pages?n={n}", ["n"]),
  operation("files", "GET", "/files/{*path}"),
  operation("any", "DELETE", "/*"),
  operation("spaced", "GET", "/Über uns/{name}"),
]);

const match = (method: string, path: string, query = "") => {
  const segments = path === "/" ? [] : path.slice(1).split("/");
  const found = tree.match(method, segments.map(decodeURIComponent), 0, QueryList.parse(query));
  return found === null ? null : [found.operation.id, Object.fromEntries(found.parameters)];
};

describe("matching operations", () => {
  it.each([
    ["GET", "/", "", ["root", {}]],
    ["GET", "/accounts", "", ["list", {}]],
    ["GET", "/ACCOUNTS", "", ["list", {}]],
    ["GET", "/accounts/mine", "", ["mine", {}]],
    ["PUT", "/accounts/mine", "", ["put", { key: "mine" }]],
    ["GET", "/accounts/Ab%2Fc", "", ["get", { id: "Ab/c" }]],
    ["GET", "/accounts/report-2026-05.json", "", ["report", { year: "2026", month: "05" }]],
    ["GET", "/accounts/report-.json", "", ["get", { id: "report-.json" }]],
    ["GET", "/accounts/mine/entries", "", ["entries", { id: "mine" }]],
    ["GET", "/search", "?q=a%20b", ["find", { text: "a b" }]],
    ["GET", "/search", "", ["findAll", {}]],
    ["GET", "/search", "?q=x&old=true", ["findOld", { text: "x" }]],
    ["GET", "/pages", "", ["page", {}]],
    ["GET", "/pages", "?n=3", ["page", { n: "3" }]],
    ["GET", "/files/a/b%20c", "", ["files", { path: "a/b c" }]],
    ["GET", "/files", "", ["files", { path: "" }]],
    ["DELETE", "/accounts/1/x", "", ["any", { "*": "accounts/1/x" }]],
    ["GET", "/%C3%BCber%20uns/x", "", ["spaced", { name: "x" }]],
    ["GET", "/nothing", "", null],
    ["POST", "/accounts", "", null],
    ["GET", "/accounts//entries", "", null],
  ])("%s %s%s", (method, path, query, wanted) => {
    expect(match(method, path, query)).toEqual(wanted);
  });

  it("the order of definition decides between equals", () => {
    const same = new OperationTree([operation("first", "GET", "/{a}"), operation("second", "GET", "/{b}")]);
    expect(same.match("GET", ["x"], 0, QueryList.parse(""))?.operation.id).toBe("first");
  });

  it("stays quick where many ways lead nowhere", () => {
    const letters = "abcdefghijklmnop".split("");
    const operations = letters.map((letter, i) =>
      operation(letter, "GET", `/${"{x}/".replaceAll("x", `p${i}`)}${"{q}/a/".repeat(0)}${letter}`),
    );
    const deep = new OperationTree(operations);
    expect(
      deep.match(
        "GET",
        Array.from({ length: 5_000 }, () => "z"),
        0,
        QueryList.parse(""),
      ),
    ).toBeNull();
  });
});

describe("templates that are not valid", () => {
  it.each(["/a/{id", "/a/id}", "/{}", "/{a}{b}", "/*/a", "/{id}/{id}", "/a?x={a}-{b}"])("%s", (text) => {
    expect(parseTemplate(text)).toHaveProperty("error");
  });
});
