import { describe, expect, test } from "vitest";
import { maximumUrlLength, Url } from "#core/http/url.js";

const parts = (text: string) => {
  const url = Url.parse(text);
  return url === null ? null : [url.scheme, url.host, url.port, url.path, url.queryString];
};

describe("Url.parse", () => {
  test.each([
    ["https://api.example.com/a/b?x=1&y=2", ["https", "api.example.com", 443, "/a/b", "?x=1&y=2"]],
    ["HTTP://API.Example.COM:8080", ["http", "api.example.com", 8080, "/", ""]],
    ["https://h/a%2Fb/../c%20d?q=%41+b", ["https", "h", 443, "/a%2Fb/../c%20d", "?q=%41+b"]],
    ["http://h?x", ["http", "h", 80, "/", "?x"]],
    ["http://h/?", ["http", "h", 80, "/", ""]],
    ["http://h/a#f?x", ["http", "h", 80, "/a", ""]],
    ["http://user:secret@h:81/", ["http", "h", 81, "/", ""]],
    ["http://a@b@evil/", ["http", "evil", 80, "/", ""]],
    ["http://[::1]:90/x", ["http", "[::1]", 90, "/x", ""]],
    ["ws://h:/x", ["ws", "h", 80, "/x", ""]],
    ["https://h/a b\r\nX: y?ü=ä", ["https", "h", 443, "/a%20b%0D%0AX:%20y", "?%C3%BC=%C3%A4"]],
    ["https://h/\ud800", ["https", "h", 443, "/%EF%BF%BD", ""]],
  ])("%j", (text, expected) => expect(parts(text)).toEqual(expected));

  test.each([
    ["http://h:80/a", ["http", "h", 80, "/a", ""]],
    ["http://h:80", ["http", "h", 80, "/", ""]],
    ["http://h:80?q", ["http", "h", 80, "/", "?q"]],
    ["http://h:80#f", ["http", "h", 80, "/", ""]],
    ["http://h:80\\x", ["http", "h", 80, "/\\x", ""]],
    ["http://h:8080/a", ["http", "h", 8080, "/a", ""]],
    ["http://h:80@evil/a", ["http", "evil", 80, "/a", ""]],
    ["http://h:80.evil/a", null],
  ])("is not misled by http://h:80, parsed before: %j", (text, expected) => {
    Url.parse("http://h:80/");
    expect(parts(text)).toEqual(expected);
  });

  test.each([
    "",
    "/a",
    "h/a",
    "ftp://h/",
    "http:/h",
    "http://",
    "http:///a",
    "http://h:99999/",
    "http://h:8a/",
    "http://a b/",
    "http://[::1/",
    "http://x]y/",
    "constructor://h/",
    `http://h/${"a".repeat(maximumUrlLength)}`,
  ])("refuses %#", (text) => expect(Url.parse(text)).toBeNull());
});

describe("Url changes", () => {
  const url = Url.parse("https://h/a%2fb?x=1&Y=%C3%A4&x=a+b&flag")!;

  test("query is an ordered multi-map without case", () => {
    expect(url.query.getAll("X")).toEqual(["1", "a b"]);
    expect(url.query.get("y")).toBe("ä");
    expect(url.query.get("flag")).toBe("");
    expect(url.query.get("none")).toBeNull();
    expect(url.query.names()).toEqual(["x", "Y", "flag"]);
    expect(Array.from(url.query)).toEqual([
      ["x", "1"],
      ["Y", "ä"],
      ["x", "a b"],
      ["flag", ""],
    ]);
  });

  test.each([
    ["broken %zz %", "?a=%zz&b=%", ["%zz", "%"]],
    ["broken UTF-8", "?a=%ff&b=%C3", ["\ufffd", "\ufffd"]],
    ["names of Object's members", "?a=&__proto__=1&b=constructor", ["", "constructor"]],
  ])("tolerates %s", (_, query, expected) => {
    const odd = Url.parse(`https://h/${query}`)!;
    expect([odd.query.get("a"), odd.query.get("b")]).toEqual(expected);
    expect(odd.query.has("constructor")).toBe(false);
  });

  test("set, add and delete keep other parameters' text", () => {
    expect(url.setQuery("X", "2", "ü&").toString()).toBe("https://h/a%2fb?X=2&X=%C3%BC%26&Y=%C3%A4&flag");
    expect(url.setQuery("z", "1").queryString).toBe("?x=1&Y=%C3%A4&x=a+b&flag&z=1");
    expect(url.addQuery("x", "(3)").queryString).toBe("?x=1&Y=%C3%A4&x=a+b&flag&x=%283%29");
    expect(url.deleteQuery("x").queryString).toBe("?Y=%C3%A4&flag");
    expect(url.deleteQuery("none")).toBe(url);
    expect(Url.parse("http://h/?a=1")!.deleteQuery("A").toString()).toBe("http://h/");
    expect(url.queryString).toBe("?x=1&Y=%C3%A4&x=a+b&flag");
  });

  test("with replaces parts", () => {
    expect(url.with({ scheme: "http", host: "Other", path: "p?q#r", queryString: "a=1" }).toString()).toBe(
      "http://other/p%3Fq%23r?a=1",
    );
    expect(url.with({ port: 8443 }).with({ scheme: "http" }).toString()).toContain("http://h:8443/");
    expect(url.with({ port: 80, scheme: "http" }).authority).toBe("h");
    expect(() => url.with({ host: "a/b" })).toThrow(TypeError);
    expect(() => url.with({ scheme: "file" })).toThrow(TypeError);
    expect(() => url.with({ port: 70_000 })).toThrow(TypeError);
  });
});

describe("Url.with", () => {
  const url = Url.parse("https://h:444/a?b=1")!;
  test.each([
    [{ path: "x y?z#" }, "https://h:444/x%20y%3Fz%23?b=1"],
    [{ queryString: "?c=#" }, "https://h:444/a?c=%23"],
    [{ path: "/x", queryString: "" }, "https://h:444/x"],
    [{ host: "I" }, "https://i:444/a?b=1"],
    [{ scheme: "http", port: 80, path: "/" }, "http://h/?b=1"],
    [{}, "https://h:444/a?b=1"],
  ])("%j", (parts, expected) => {
    expect(url.authority).toBe("h:444");
    expect(url.with(parts).toString()).toBe(expected);
  });

  test("another query is read anew", () => {
    expect(url.query.get("b")).toBe("1");
    expect(url.with({ queryString: "b=2" }).query.get("b")).toBe("2");
    expect(url.with({ host: "i" }).query.get("b")).toBe("1");
  });
});
