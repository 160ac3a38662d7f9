import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";

const hasChromium = spawnSync("chromium", ["--version"], { stdio: "ignore" }).status === 0;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Why tests with a browser are skipped; null if they are not: on CI they fail without one. */
export function skipReason(): string | null {
  return hasChromium || process.env["CI"] === "true" ? null : "chromium is not on this machine";
}

/** Debian's Chromium, without a window. */
export function launched(): Promise<Browser> {
  const found = spawnSync("which", ["chromium"], { encoding: "utf8" }).stdout.trim();
  return chromium.launch({ executablePath: found, args: ["--no-sandbox", "--disable-dev-shm-usage"], timeout: 60_000 });
}

/** What a page has complained of in its console, and what it has asked others than its own server for. */
export interface Watched {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly foreign: readonly string[];
}

/** A new page of which everything that is wrong is noted. */
export async function watchedPage(browser: Browser, home: string, scheme: "light" | "dark" = "light"): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: scheme });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(home) && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  return { page, complaints, foreign };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[];
  }[];
}

/** Serious faults of a page's accessibility, as axe finds them. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const result = (await page.evaluate("axe.run()")) as AxeResult;
  return result.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${JSON.stringify(target)}: ${failureSummary}`),
    );
}
