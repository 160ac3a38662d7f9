// What policy tests cost: processor time of 1,000 tests of a policy of 70 lines in one file, and of a file with one test, in bare starts of Node.
// Options: --json, --profile FOLDER (writes a profile of the 1,000 tests).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../../packages/adapters/bin/turnpike.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "turnpike-bench-testing-"));
const tells = join(folder, "tells.mjs");
// Seconds of the processor that a process has used, as its last words.
writeFileSync(
  tells,
  `process.on("exit", () => { const { user, system } = process.cpuUsage(); process.stderr.write("\\ncpu " + (user + system) / 1e6 + "\\n"); });`,
);

const rules = Array.from(
  { length: 10 },
  (
    _,
    n,
  ) => `        <when condition="@(context.Request.Headers.GetValueOrDefault(&quot;X-Kind&quot;, &quot;&quot;) == &quot;k${n}&quot;)">
          <set-variable name="kind" value="k${n}" />
          <set-header name="X-Routed" exists-action="override"><value>@("to-" + (string)context.Variables["kind"])</value></set-header>
        </when>`,
);
const policy = `<policies>
  <inbound>
    <base />
    <set-variable name="kind" value="none" />
    <check-header name="X-Caller" failed-check-httpcode="401" failed-check-error-message="Who calls?" ignore-case="true" />
    <rate-limit-by-key calls="100" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault(&quot;X-Caller&quot;, &quot;&quot;))" />
    <choose>
${rules.join("\n")}
        <otherwise>
          <return-response>
            <set-status code="404" reason="No such kind" />
            <set-body>@(new JObject(new JProperty("kind", context.Request.Headers.GetValueOrDefault("X-Kind", "none"))).ToString())</set-body>
          </return-response>
        </otherwise>
    </choose>
    <set-query-parameter name="trace" exists-action="override">
      <value>@(context.RequestId.ToString())</value>
    </set-query-parameter>
  </inbound>
  <backend>
    <base />
  </backend>
  <outbound>
    <base />
    <set-header name="X-Kind" exists-action="override">
      <value>@((string)context.Variables["kind"])</value>
    </set-header>
  </outbound>
  <on-error>
    <base />
  </on-error>
</policies>
`;
writeFileSync(join(folder, "policy.xml"), policy);
const testsOf = (count) =>
  Array.from({ length: count }, (_, n) => {
    const kind = n % 12;
    const isKnown = kind < 10;
    return `  - name: "call ${n} of kind ${kind}"
    request: { method: GET, url: "https://api.example/orders/${n}", headers: { X-Caller: caller-${n % 7}, X-Kind: k${kind} } }
    expect: { status: ${isKnown ? 200 : 404}, backend: { calls: ${isKnown ? 1 : 0} }${isKnown ? `, headers: { X-Kind: k${kind} }` : ""} }`;
  }).join("\n");
for (const [name, count] of [
  ["one", 1],
  ["thousand", 1000],
])
  writeFileSync(
    join(folder, `${name}.policy-test.yaml`),
    `policy: ./policy.xml\nbackend: [{ reply: { status: 200, body: { ok: true } } }]\ntests:\n${testsOf(count)}\n`,
  );

/** Seconds of the processor, the least of some runs: what else the machine does costs time. */
function cost(args, expected, runs = 5) {
  const costs = Array.from({ length: runs }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tells, ...args], { encoding: "utf8" });
    if (status !== 0 || !stdout.includes(expected))
      throw new Error(`${args.join(" ")} ended with ${status}:\n${stdout.slice(-500)}${stderr}`);
    return Number(/cpu ([\d.]+)/.exec(stderr)[1]);
  });
  return Math.min(...costs);
}

try {
  const profile = process.argv.indexOf("--profile");
  if (profile > 0) {
    spawnSync(process.execPath, [
      "--cpu-prof",
      "--cpu-prof-dir",
      process.argv[profile + 1],
      bin,
      "test",
      join(folder, "thousand.policy-test.yaml"),
    ]);
    console.log(readdirSync(process.argv[profile + 1]).join("\n"));
  }
  const bare = cost(["-e", "0"], "");
  const one = cost([bin, "test", join(folder, "one.policy-test.yaml")], "1 passed");
  const thousand = cost([bin, "test", join(folder, "thousand.policy-test.yaml")], "1000 passed", 3);
  const lines = policy.trim().split("\n").length;
  const result = { lines, bare, one, thousand, starts: one / bare };
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else {
    console.log(
      `1,000 tests of a policy of ${lines} lines in one file: ${thousand.toFixed(2)} s of processor time (at most 2 are wanted)`,
    );
    console.log(
      `a file with one test: ${one.toFixed(2)} s, ${(one / bare).toFixed(1)} bare starts of Node of ${bare.toFixed(3)} s (at most 3 are wanted)`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
