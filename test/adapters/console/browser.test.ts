import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "@turnpike/adapters/cli";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { serveAdmin } from "#adapters/cli/admin/listener.js";
import { builtConsolePage } from "../../console-page.js";
import { launched, seriousFaults, skipReason, type Watched, watchedPage } from "./browser.js";
import { type SampleConsole, sampleConsole } from "./sample.js";

/** Rows that the page holds at most. */
const MOST_ROWS = 5_000;

const sampleFolder = fileURLToPath(new URL("../../../sample", import.meta.url));

describe.skipIf(skipReason() !== null)("the console in Chromium", () => {
  let browser: Browser;
  let sample: SampleConsole;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    await builtConsolePage();
    browser = await launched();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    sample = await sampleConsole({ readOnly: false });
    watched = await watchedPage(browser, sample.consoleUrl);
    ({ page } = watched);
  });
  afterEach(async () => {
    await page.context().close();
    await sample.close();
  });

  /** The row of the list that shows a request. */
  const row = (text: string | RegExp) => page.getByRole("row").filter({ hasText: text }).last();
  const open = async (path = ""): Promise<void> => {
    await page.goto(`${sample.consoleUrl}${path}`);
  };
  const why = () => page.getByRole("region", { name: "Why" });

  it.each([
    {
      status: "401",
      row: "TokenExpired",
      call: (): Promise<unknown> => sample.call("/payments/accounts", { token: sample.tokens.expired }),
      says: ["made by validate-jwt in inbound of the global scope", "The token is expired"],
    },
    {
      status: "403",
      row: "return-response",
      call: (): Promise<unknown> => sample.call("/payments/payments", { method: "POST", body: "{}" }),
      says: ["made by return-response in inbound of the api scope", 'context.Request.Method is "POST"'],
    },
    {
      status: "429",
      row: "RateLimitExceeded",
      call: async (): Promise<unknown> => {
        for (let count = 0; count < 5; count++) await sample.call("/payments/accounts", { key: "key-tin" });
        return sample.call("/payments/accounts", { key: "key-tin" });
      },
      says: ["made by rate-limit-by-key in inbound of the product scope", "holds 5 of 5"],
    },
    {
      status: "502",
      row: "BackendConnectionFailure",
      call: (): Promise<unknown> => sample.call("/payments/accounts", { what: "gone" }),
      says: ["made by forward-request in backend of the api scope", "The backend was called 4 times"],
    },
    {
      status: "200",
      row: "from the cache",
      call: async (): Promise<unknown> => {
        await sample.call("/payments/rates?pair=EURUSD");
        return sample.call("/payments/rates?pair=EURUSD");
      },
      says: ["came from the response cache: cache-lookup", "holds an entry"],
    },
    {
      status: "200",
      row: /\d\.\d\d s/,
      call: (): Promise<unknown> => sample.call("/payments/accounts", { what: "slow" }),
      says: ["is the backend's answer", "Slow for the backend"],
    },
  ])("explains a $status ($row) with one click", async ({ status, row: text, call, says }) => {
    await open();
    // It comes in while the page looks on.
    await page.getByText("Live", { exact: true }).waitFor();
    await call();
    const shown = row(text);
    await expect.poll(() => shown.textContent()).toContain(status);
    await shown.click();
    for (const sentence of says) await expect.poll(() => why().textContent()).toContain(sentence);
    expect(watched.complaints).toEqual([]);
    expect(watched.foreign).toEqual([]);
  });

  it("marks the lines of a document with what ran, was skipped and failed, and what it saw", async () => {
    await sample.call("/payments/payments", { method: "POST", body: "{}" });
    await open();
    await row("return-response").click();
    const line = (text: string) => page.locator(".cm-line", { hasText: text }).first();
    await line("<return-response>").waitFor();
    // The why stays on top.
    expect(await page.evaluate("scrollY")).toBe(0);
    expect(await line("<return-response>").getAttribute("class")).toContain("line-stop");
    expect(await line('<set-header name="X-Signing-Key"').getAttribute("class")).toContain("line-continue");
    expect(await line('<set-header name="X-Signing-Key"').textContent()).toContain("X-Signing-Key: ***");
    expect(await line("<retry").getAttribute("class")).not.toContain("line-");
    expect(await page.getByRole("textbox", { name: /Policy document/ }).getAttribute("contenteditable")).toBe("false");
    // Another document, by its place in the pipeline.
    await page
      .getByRole("button", { name: /std-edge\.fragment\.xml:2$/ })
      .first()
      .click();
    await line("<validate-jwt").waitFor();
    expect(await line("<validate-jwt").getAttribute("class")).toContain("line-continue");
  });

  it("opens a step to its why, its expressions and its changes", async () => {
    await sample.call("/payments/accounts");
    await open();
    await row("/payments/accounts").click();
    await page.getByRole("button", { name: /set-backend-service/ }).click();
    const pipeline = page.getByRole("region", { name: "Pipeline" });
    await expect.poll(() => pipeline.textContent()).toContain("backend");
    const [before, after] = [pipeline.locator("del"), pipeline.locator("ins")];
    await expect.poll(() => before.first().textContent()).toContain(sample.url);
    await expect.poll(() => after.first().textContent()).toContain("http://127.0.0.1");
    await expect
      .poll(() => page.getByRole("region", { name: "Counters, cache keys and calls" }).textContent())
      .toContain("of 100");
  });

  it("filters the list, also what comes in later, and keeps the filter on the way back", async () => {
    await sample.call("/payments/accounts");
    await sample.call("/payments/accounts", { key: null });
    await open();
    await page.getByLabel("Status").selectOption("401");
    const rows = page.getByRole("grid").getByRole("row");
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByText("Live", { exact: true }).waitFor();
    await sample.call("/payments/accounts");
    await sample.call("/payments/accounts", { token: sample.tokens.expired });
    await row("TokenExpired").waitFor();
    expect(await rows.count()).toBe(3);
    await row("TokenExpired").click();
    await why().waitFor();
    await page.goBack();
    await expect.poll(() => rows.count()).toBe(3);
  });

  it("is used by keyboard alone", async () => {
    await sample.call("/payments/accounts", { key: null });
    await sample.call("/payments/accounts");
    await open();
    await row("SubscriptionKeyNotFound").waitFor();
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
    await page.getByRole("grid").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const active = await page.getByRole("grid").getAttribute("aria-activedescendant");
    expect(await page.locator(`[id="${active}"]`).textContent()).toContain("SubscriptionKeyNotFound");
    await page.keyboard.press("Enter");
    await expect.poll(() => why().textContent()).toContain("the gateway refused the subscription key");
    await page.keyboard.press("Escape");
    await page.getByRole("grid").waitFor();
    await page.keyboard.press("3");
    await page.getByRole("heading", { name: "State", exact: true }).waitFor();
  });

  it("sends a request again, changed, with a key and a token of its choice", async () => {
    await sample.call("/payments/payments", { method: "POST", body: '{"amount":5}' });
    await open();
    await row("return-response").click();
    await page.getByRole("button", { name: "Edit and send again" }).click();
    const form = page.getByRole("region", { name: "Edit and send again" });
    await form.getByLabel("Token").selectOption("writer");
    expect(await form.getByLabel("Key of").inputValue()).toBe("sub-gold");
    expect(await form.getByLabel("Headers").inputValue()).not.toContain("***");
    await form.getByRole("button", { name: "Send" }).click();
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toContain("201");
    expect(await why().textContent()).toContain("The backend was called 2 times: 503, 201.");
  });

  it("compares two requests, and what differs stands out", async () => {
    await sample.call("/payments/payments", { method: "POST", body: "{}", token: sample.tokens.writer });
    await sample.call("/payments/payments", { method: "POST", body: "{}" });
    await open();
    await row("return-response").click();
    await page.getByRole("button", { name: "Compare with…" }).click();
    await page.getByRole("link", { name: /201/ }).click();
    const differs = page.locator("tr.differs");
    await expect.poll(() => differs.first().textContent()).toContain("403 Forbidden");
    const steps = await differs.allTextContents();
    expect(steps.some((text) => text.startsWith("return-response") && text.includes("not come to"))).toBe(true);
    const same = await page.locator("tr.same").allTextContents();
    expect(same.some((text) => text.startsWith("set-backend-service"))).toBe(true);
  });

  it.each([
    ["TokenExpired", (): Promise<unknown> => sample.call("/payments/accounts", { token: sample.tokens.expired })],
    ["return-response", (): Promise<unknown> => sample.call("/payments/payments", { method: "POST", body: '{"amount":5}' })],
    [
      "backend",
      (): Promise<unknown> => sample.call("/payments/payments", { method: "POST", body: "{}", token: sample.tokens.writer }),
    ],
  ])("makes a test of a request (%s), and the test passes", async (text, call) => {
    await call();
    await open();
    await row(text).click();
    await page.getByRole("button", { name: "Make a test of it" }).click();
    const panel = page.getByRole("region", { name: "Made test" });
    await expect.poll(() => panel.textContent()).toContain("It passes.");
    const [download] = await Promise.all([page.waitForEvent("download"), panel.getByRole("link", { name: "Download" }).click()]);
    // Beside the configuration that it names, as the page says.
    const file = join(sampleFolder, `made-${process.pid}-${download.suggestedFilename()}`);
    await download.saveAs(file);
    try {
      const lines: string[] = [];
      const output = {
        stdout: process.stdout,
        stderr: process.stderr,
        print: (line: string) => void lines.push(line),
        complain: (line: string) => void lines.push(line),
      };
      expect(await main(["test", file, "--json"], output), lines.join("\n")).toBe(0);
      expect(lines.filter((line) => line.includes('"ok":true')).length).toBe(1);
      const made = readFileSync(file, "utf8");
      for (const secret of [...Object.values(sample.tokens), "hmac-0815"]) expect(made).not.toContain(secret);
    } finally {
      rmSync(file);
    }
  });

  it("shows an operation's pipeline in effect, and tries it", async () => {
    await open("#/apis");
    await page.getByRole("link", { name: /GET \/payments\/rates/ }).click();
    const pipeline = page.getByRole("region", { name: "Pipeline in effect" });
    await expect.poll(() => pipeline.textContent()).toContain("cache-lookup");
    expect(await pipeline.textContent()).toContain("fragment std-edge");
    expect(await pipeline.textContent()).not.toContain("hmac-0815");
    await page.getByLabel("In the context of").selectOption("starter");
    await expect.poll(() => pipeline.textContent()).toContain('calls="5"');
    await page.getByLabel("Key of").selectOption("sub-tin");
    await page.getByLabel("Token").selectOption("reader");
    await page.getByRole("button", { name: "Send" }).click();
    await expect.poll(() => page.getByRole("heading", { level: 1 }).textContent()).toContain("200");
  });

  it("follows a thousand requests a second: the list holds only what is in view, and none is lost in silence", async () => {
    await open();
    await page.getByText("Live", { exact: true }).waitFor();
    const batches = await followed(sample);
    const ask = (path = "nothing"): Promise<unknown> =>
      sample.gateway.handle({ method: "GET", url: `${sample.url}/payments/${path}`, headers: {} });
    const status = page.locator("footer");
    let calls = 0;
    const seen = (): Promise<void> => expect.poll(() => status.textContent()).toContain(`${calls} requests seen`);
    const burst = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += 50) await Promise.all(Array.from({ length: 50 }, () => ask()));
      calls += count;
      await seen();
    };
    const held = async (): Promise<number> => Number(await page.getByRole("grid").getAttribute("aria-rowcount")) - 1;
    await burst(3_000);
    const skipped = Number(/(\d+) more matched/.exec((await status.textContent())!)?.[1] ?? 0);
    expect((await held()) + skipped).toBe(3_000);
    // What is beyond what the page holds leaves it, the oldest first.
    for (let rows = await held(); rows < MOST_ROWS + 500; rows += 250) await burst(250);
    expect(await held()).toBe(MOST_ROWS);
    await ask("the-last-one");
    calls++;
    await seen();
    await expect.poll(() => page.getByRole("grid").getByRole("row").nth(1).textContent()).toContain("/payments/the-last-one");
    expect(await held()).toBe(MOST_ROWS);
    expect(await page.locator(".rows .row").count()).toBeLessThan(80);
    expect(await heapOf(page)).toBeLessThan(64 << 20);
    const sizes = batches();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(250);
    expect(sizes.length).toBeLessThan(calls / 10);
    // It still answers at once.
    await row("/payments/the-last-one").click();
    await why().waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it("asks a person for the key of a listener that has one, and follows the requests behind it", async () => {
    const key = "not-a-real-operator-key-of-32-characters";
    vi.stubEnv("TURNPIKE_ADMIN_KEY", key);
    const listener = await serveAdmin({ host: "127.0.0.1", port: 0 }, sample.console, "--console");
    vi.unstubAllEnvs();
    const context = await browser.newContext({ httpCredentials: { username: "operator", password: key } });
    const inside = await context.newPage();
    const urls: string[] = [];
    inside.on("request", (request) => urls.push(request.url()));
    await inside.goto(`${listener.url}/`);
    await inside.getByText("Live", { exact: true }).waitFor();
    await sample.call("/payments/accounts");
    await inside.getByRole("row").filter({ hasText: "/payments/accounts" }).click();
    await inside.getByRole("region", { name: "Why" }).waitFor();
    expect(urls.filter((url) => url.includes(key))).toEqual([]);
    expect((await page.goto(`${listener.url}/`).catch(() => null))?.status() ?? 401).toBe(401);
    await context.close();
    await listener.close();
  });

  it("only looks, where it may only look", async () => {
    const other = await sampleConsole();
    const { page: looking } = await watchedPage(browser, other.consoleUrl);
    await other.call("/payments/accounts");
    await looking.goto(other.consoleUrl);
    await looking.getByRole("row").filter({ hasText: "/payments/accounts" }).click();
    await looking.getByRole("region", { name: "Why" }).waitFor();
    expect(await looking.getByRole("button", { name: "Edit and send again" }).count()).toBe(0);
    await looking.goto(`${other.consoleUrl}#/apis/payments/get-rates`);
    await looking.getByRole("region", { name: "Pipeline in effect" }).waitFor();
    expect(await looking.getByRole("button", { name: "Send" }).count()).toBe(0);
    await looking.context().close();
    await other.close();
  });

  it.each(["light", "dark"] as const)("axe finds no serious fault on any page in %s", async (scheme) => {
    await sample.call("/payments/accounts", { token: sample.tokens.expired });
    await sample.call("/payments/payments", { method: "POST", body: "{}" });
    for (let count = 0; count < 6; count++) await sample.call("/payments/accounts", { key: "key-tin" });
    const { page: shown, complaints } = await watchedPage(browser, sample.consoleUrl, scheme);
    const { rows } = (await (await sample.ask("api/requests")).json()) as { rows: { id: string; status: number }[] };
    const [refused, limited] = [403, 429].map((status) => rows.find((candidate) => candidate.status === status)!.id);
    const pages: readonly (readonly [string, string])[] = [
      ["", '[role="row"] a'],
      [`#/requests/${refused}`, ".cm-line"],
      [`#/compare/${refused}/${limited}`, ".compare"],
      ["#/apis/payments/get-rates", ".policies"],
      ["#/state", "#secrets"],
    ];
    for (const [path, shows] of pages) {
      await shown.goto(`${sample.consoleUrl}${path}`);
      await shown.locator(shows).first().waitFor();
      expect(await seriousFaults(shown), path).toEqual([]);
    }
    await shown.goto(`${sample.consoleUrl}#/requests/${refused}`);
    await shown.getByRole("button", { name: "Edit and send again" }).click();
    await shown.getByLabel("Headers").waitFor();
    expect(await seriousFaults(shown)).toEqual([]);
    expect(complaints).toEqual([]);
    await shown.context().close();
  });
});

/** Follows the list as the page does: how many rows came with each event. */
async function followed(sample: SampleConsole): Promise<() => readonly number[]> {
  const { body } = await sample.ask("api/stream");
  let text = "";
  const decoder = new TextDecoder();
  void (async () => {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
  })().catch(() => undefined);
  return () =>
    text
      .split("\n\n")
      .filter((event) => event.startsWith("data: "))
      .map((event) => (JSON.parse(event.slice("data: ".length)) as { rows: readonly unknown[] }).rows.length);
}

/** Bytes of a page's JavaScript that are in use. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}
