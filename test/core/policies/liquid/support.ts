import { ConfigurationError } from "@turnpike/core";
import { url, world } from "../support.js";

export interface Message {
  /** An object is sent as JSON. Text needs a type, or is plain. */
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Attributes of set-body. */
  readonly attributes?: string;
  /** Policies before set-body. */
  readonly before?: string;
}

/** The body that tests have if they say nothing else. */
export const sample = {
  n: 7,
  zero: 0,
  index: 1,
  big: 12345678901,
  price: 12.5,
  yes: true,
  no: false,
  nil: null,
  text: "Hello, World",
  empty: "",
  blank: "   ",
  num: "42",
  date: "2024-02-03T04:05:06Z",
  list: [3, 1, 2],
  elist: [],
  words: ["pear", "Apple", "fig"],
  nested: [
    [1, 2],
    [3, [4]],
  ],
  objs: [
    { k: "b", v: 2 },
    { k: "a", v: 1 },
  ],
  obj: { a: 1, b: "two", c: null },
  eobj: {},
  deep: { in: { side: { x: "here" } } },
};

/** What set-body makes of a template; `refused: …` where the document is, `failed: …` where the request fails. */
export async function rendered(template: string, message: Message = {}): Promise<string> {
  const { body = sample, type, headers = {}, attributes = "", before = "" } = message;
  const isText = typeof body === "string";
  const contentType = type ?? (isText ? "text/plain" : "application/json");
  try {
    const policy = await world(`${before}<set-body template="liquid" ${attributes}><![CDATA[${template}]]></set-body>`, {
      clock: "2026-01-02T03:04:05Z",
    });
    const { backendCalls, error } = await policy.send({
      url: `${url}?a=1&b=two`,
      method: "POST",
      headers: { "Content-Type": contentType, ...headers },
      body: isText ? body : JSON.stringify(body),
    });
    if (error !== null) return `failed: ${error.message}`;
    return Buffer.from(backendCalls[0]!.body).toString();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return `refused: ${error.diagnostics.find((finding) => finding.severity === "error")!.message}`;
  }
}
