// `pnpm run screenshots`: the pictures of docs/guides/console.md, taken of the sample gateway in Debian's Chromium.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { root } from "./pnpm.mjs";

const folder = `${root}/docs/guides/console`;
mkdirSync(folder, { recursive: true });

const sample = spawn(process.execPath, [`${root}/sample/start.mjs`, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const text = await new Promise((resolve, reject) => {
  let read = "";
  sample.stdout.on("data", (chunk) => {
    read += chunk;
    if (read.includes("Ctrl+C") && read.includes("Console:")) resolve(read);
  });
  sample.once("exit", () => reject(new Error(`The sample ended: ${read}`)));
});
const [, home] = /Console: (\S+)/.exec(text);
const [, base] = /gateway on (\S+)/.exec(text);
const token = (name) => new RegExp(`${name}=(\\S+)`).exec(text)[1];

async function call(path, { name = "READER", key = "key-gold", ...init } = {}) {
  const headers = { Authorization: `Bearer ${token(name)}`, ...(key === null ? {} : { "Ocp-Apim-Subscription-Key": key }) };
  await (await fetch(base + path, { ...init, headers })).text();
}

const payment = { method: "POST", body: '{"amount":5}' };
for (let count = 0; count < 4; count++) await call("/payments/accounts");
await call("/payments/accounts", { name: "EXPIRED" });
await call("/payments/accounts", { key: null });
await call("/payments/payments", { ...payment, name: "WRITER" });
await call("/payments/rates?pair=EURUSD");
await call("/payments/rates?pair=EURUSD");
for (let count = 0; count < 6; count++) await call("/payments/accounts", { key: "key-tin" });
await call("/payments/payments", payment);

const browser = await chromium.launch({
  executablePath: spawnSync("which", ["chromium"], { encoding: "utf8" }).stdout.trim(),
  args: ["--no-sandbox"],
});

async function take(name, path, shows, { scheme = "light", height = 620, prepare } = {}) {
  const page = await browser.newPage({ viewport: { width: 1160, height }, colorScheme: scheme });
  await page.goto(home + path);
  await page.locator(shows).first().waitFor();
  await prepare?.(page);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.close();
}

const { rows } = await (await fetch(`${home}api/requests`)).json();
const refused = rows.find(({ status }) => status === 403).id;
const paid = rows.find(({ status }) => status === 201).id;
await take("requests", "", '[role="row"] a');
await take("request", `#/requests/${refused}`, ".cm-line", { height: 760 });
await take("document", `#/requests/${refused}`, ".cm-line", {
  scheme: "dark",
  prepare: (page) => page.locator("#documents").evaluate((heading) => heading.scrollIntoView()),
});
await take("compare", `#/compare/${refused}/${paid}`, ".compare");
await take("apis", "#/apis/payments/get-rates", ".policies", { height: 760 });
await take("state", "#/state", "meter", { height: 760 });
await browser.close();
sample.removeAllListeners("exit").kill();
