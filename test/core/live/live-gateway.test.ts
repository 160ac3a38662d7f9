import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type ConfigurationInput, createLiveGateway, fileSource, type LiveOptions } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { answer, answering, noting, saying, scripted, workFolder } from "./support.js";

const place = workFolder();
const broken: ConfigurationInput = { apis: { api: { path: "api", serviceUrl: "nothing" } } };

async function start(first: ConfigurationInput | Error | null, options: LiveOptions = {}) {
  const clock = testClock();
  const source = scripted(first);
  const notes = noting();
  const { logger, observe } = notes;
  const live = await place.keep(createLiveGateway(source, { clock, logger, observe, random: { fraction: () => 1 }, ...options }));
  return { clock, source, live, ...notes, says: () => answer(live.gateway) };
}

describe("following a source", () => {
  it("looks every ten seconds, and puts what has changed in force", async () => {
    const { clock, source, says, events, live } = await start(saying("one"));
    expect([source.reads, await says(), live.status()]).toEqual([
      1,
      "one",
      { source: "the source", origin: "source", since: clock.now(), keptAt: null, problem: null },
    ]);
    await clock.advance(9_999);
    expect(source.reads).toBe(1);
    await clock.advance(1);
    expect([source.reads, await says()]).toEqual([2, "one"]);
    source.next = saying("two");
    await clock.advance(10_000);
    expect([source.reads, await says(), events]).toEqual([3, "two", ["in-force source", "in-force source"]]);
  });

  it("looks at once when told to; looks at the same time are one", async () => {
    const { source, says, live } = await start(saying("one"));
    source.next = saying("two");
    await Promise.all([live.look(), live.look()]);
    expect([source.reads, await says()]).toEqual([2, "two"]);
  });

  it("a configuration with errors changes nothing, and all of them are told once", async () => {
    const { clock, source, says, events, live } = await start(saying("one"));
    source.next = { ...broken, backends: { b: {} } };
    await clock.advance(30_000);
    expect([await says(), events]).toEqual(["one", ["in-force source", "refused"]]);
    expect(live.status().problem!.diagnostics.map((finding) => finding.code)).toEqual(["TP3005", "TP3005"]);
    source.next = saying("two");
    await clock.advance(10_000);
    expect([await says(), live.status().problem]).toEqual(["two", null]);
  });

  it("a source that cannot be had is asked less and less often, and again as ever when it is back", async () => {
    const { clock, source, says, live, events } = await start(saying("one"), { longestInterval: 60_000 });
    source.next = new Error("down");
    const failedAt: number[] = [];
    let { reads } = source;
    for (let second = 1; second <= 200; second++) {
      await clock.advance(1_000);
      if (source.reads > reads) failedAt.push(second);
      ({ reads } = source);
    }
    expect(failedAt).toEqual([10, 30, 70, 130, 190]);
    expect([await says(), live.status().problem!.message]).toEqual(["one", "down"]);
    expect(events.filter((one) => one === "unreachable")).toHaveLength(5);
    source.next = null;
    await clock.advance(60_000);
    expect(live.status().problem).toBeNull();
    reads = source.reads;
    await clock.advance(10_000);
    expect(source.reads).toBe(reads + 1);
  });

  it("gateways that lost the source together do not come back to it together", async () => {
    const { clock, source } = await start(saying("one"), { random: { fraction: () => 0 } });
    source.next = new Error("down");
    await clock.advance(10_000);
    await clock.advance(14_999);
    expect(source.reads).toBe(2);
    await clock.advance(1);
    expect(source.reads).toBe(3);
  });

  it("a refusal is still told after the source was out of reach", async () => {
    const { source, live } = await start(saying("one"));
    source.next = broken;
    await live.look();
    source.next = new Error("down");
    await live.look();
    expect(live.status().problem).toEqual({ message: "down", diagnostics: [] });
    source.next = null;
    await live.look();
    expect(live.status().problem!.diagnostics).toHaveLength(1);
  });

  it("one that was refused because a vault was out of reach is tried again, unchanged", async () => {
    const keyVault = { secretIdentifier: "https://vault.example/secrets/k" };
    let isDown = true;
    const resolve = async (): Promise<string> => {
      if (isDown) throw new Error("down");
      return "word";
    };
    const { source, live, says, clock } = await start(saying("one"), { secrets: { resolve } });
    source.next = saying("{{k}}", { namedValues: { k: { keyVault } } });
    await live.look();
    expect([await says(), live.status().problem!.diagnostics[0]!.code]).toEqual(["one", "TP3011"]);
    isDown = false;
    await clock.advance(20_000);
    expect([await says(), live.status().problem]).toEqual(["word", null]);
  });

  it("a source that never answers is given up for this time", async () => {
    const { clock, live } = await start(saying("one"));
    const hanging = { name: "hanging", read: () => new Promise<null>(() => undefined) };
    const started = clock.run(() => createLiveGateway(hanging, { clock }));
    await expect(started).rejects.toThrow("there was no answer within 120 seconds.");
    expect(live.status().problem).toBeNull();
  });

  it("closing ends a look that is under way, and looks no more", async () => {
    const clock = testClock();
    let reads = 0;
    const source = {
      name: "slow",
      closed: false,
      read: async (signal: AbortSignal): Promise<ConfigurationInput | null> => {
        if (reads++ === 0) return saying("one");
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("ended"))));
      },
      close: async () => {
        source.closed = true;
      },
    };
    const live = await createLiveGateway(source, { clock });
    void live.look();
    await live.close();
    await clock.advance(100_000);
    expect([reads, source.closed]).toEqual([2, true]);
  });

  it("an observer that throws does no harm", async () => {
    const observe = (): never => {
      throw new Error("mine");
    };
    const { source, live, says, lines } = await start(saying("one"), { observe });
    source.next = saying("two");
    await live.look();
    expect(await says()).toBe("two");
    expect(lines.filter((line) => line.level === "error")).toHaveLength(2);
  });

  it("without a first configuration there is no gateway", async () => {
    await expect(start(broken)).rejects.toMatchObject({ name: "ConfigurationError" });
    await expect(start(new Error("down"))).rejects.toThrow("down");
    await expect(start(null)).rejects.toThrow("the source gave no configuration.");
  });
});

it("what happens goes to the log where nobody observes it", async () => {
  const clock = testClock();
  const { logger, lines } = noting();
  const options: LiveOptions = { clock, logger, lastGood: { file: place.path("last-good") } };
  const source = scripted(saying("one"));
  const first = await createLiveGateway(source, options);
  source.next = broken;
  await first.look();
  await first.close();
  await (await createLiveGateway(scripted(new Error("down")), options)).close();
  writeFileSync(place.path("last-good"), "damaged");
  await expect(createLiveGateway(scripted(new Error("down")), options)).rejects.toThrow("down");
  const keptAt = new Date(clock.now()).toISOString();
  expect(lines.map(({ level, fields }) => [level, Object.keys(fields as object).join()])).toEqual([
    ["info", "source"],
    ["error", "source,diagnostics"],
    ["warn", "source,keptAt"],
    ["warn", "source,err"],
    ["error", "source,err"],
  ]);
  expect(lines[2]).toMatchObject({
    fields: { source: "the source", keptAt },
    message: "last good configuration in force",
  });
});

describe("the last good configuration", () => {
  const lastGood = () => ({ file: place.path("state/last-good") });
  const down = new Error("down");

  it("is served by a restart while the source is down, which says so, until the source is back", async () => {
    const first = await start(saying("one"), { lastGood: lastGood() });
    await first.clock.advance(5_000);
    first.source.next = saying("two");
    await first.live.look();
    const keptAt = first.clock.now();
    await first.live.close();

    const second = await start(down, { lastGood: lastGood() });
    expect(await second.says()).toBe("two");
    expect(second.live.status()).toMatchObject({ origin: "last-good", keptAt, problem: { message: "down" } });
    expect(second.events).toEqual(["in-force last-good", "unreachable"]);

    second.source.next = saying("three");
    await second.clock.advance(20_000);
    expect([await second.says(), second.live.status()]).toMatchObject(["three", { origin: "source", problem: null }]);
    await second.live.close();
    expect(await (await start(down, { lastGood: lastGood() })).says()).toBe("three");
  });

  it("is served where the source gives one with errors", async () => {
    await (await start(saying("one"), { lastGood: lastGood() })).live.close();
    const { says, live, events } = await start(broken, { lastGood: lastGood() });
    expect([await says(), events]).toEqual(["one", ["in-force last-good", "refused"]]);
    expect(live.status().problem!.diagnostics).toHaveLength(1);
  });

  it("is not replaced by one with errors", async () => {
    const { source, live } = await start(saying("one"), { lastGood: lastGood() });
    source.next = broken;
    await live.look();
    await live.close();
    expect(await (await start(down, { lastGood: lastGood() })).says()).toBe("one");
  });

  it("holds the files that it is made of, and its diagnostics name their places", async () => {
    place.write("gateway.yaml", "policy: { file: global.xml }\nfragments: { f: { file: f.xml } }\n");
    place.write("global.xml", answering("of a file"));
    place.write("f.xml", "<fragment><set-header name='x' /></fragment>");
    const options = { lastGood: lastGood() };
    const live = await place.keep(createLiveGateway(fileSource(place.path("gateway.yaml")), options));
    const before = live.gateway.diagnostics;
    await live.close();
    for (const name of ["gateway.yaml", "global.xml", "f.xml"]) writeFileSync(place.path(name), "<<<");
    const again = await place.keep(createLiveGateway(fileSource(place.path("gateway.yaml")), options));
    expect(again.status().origin).toBe("last-good");
    expect(again.gateway.diagnostics).toEqual(before);
    expect(before[0]).toMatchObject({ file: expect.stringContaining("global.xml") });
  });

  it("holds secrets of vaults and files for when they cannot be had, encrypted", async () => {
    const keyVault = { secretIdentifier: "https://vault.example/secrets/k" };
    const key = place.write("key.txt", "file-s3cret");
    const configuration = saying("{{k}} {{f}} inline-s3cret", {
      namedValues: { k: { keyVault }, f: { secret: true, file: key } },
    });
    const options = { lastGood: lastGood() };
    const first = await start(configuration, { ...options, secrets: { resolve: async () => "vault-s3cret" } });
    await first.live.close();
    for (const name of readdirSync(place.path("state")))
      expect(readFileSync(place.path(`state/${name}`), "latin1")).not.toMatch(/s3cret/);

    writeFileSync(key, "");
    const second = await start(down, options);
    expect(await second.says()).toBe("vault-s3cret file-s3cret inline-s3cret");
    expect(second.lines.filter((line) => line.message === "outside value unavailable")).toHaveLength(2);
  });

  it("has the secrets that files hold now, where they can be had", async () => {
    const key = place.write("key.txt", "old");
    const configuration = saying("{{f}}", { namedValues: { f: { secret: true, file: key } } });
    await (await start(configuration, { lastGood: lastGood() })).live.close();
    place.write("key.txt", "new");
    const { says, lines } = await start(down, { lastGood: lastGood() });
    expect([await says(), lines]).toEqual(["new", []]);
  });

  it("is kept anew when a secret has changed in the background", async () => {
    const keyVault = { secretIdentifier: "https://vault.example/secrets/k" };
    let value = "one";
    const secrets = { resolve: async () => value, refreshInterval: 60_000 };
    const first = await start(saying("{{k}}", { namedValues: { k: { keyVault } } }), { lastGood: lastGood(), secrets });
    value = "two";
    await first.clock.advance(60_000);
    await first.live.close();
    const second = await start(down, { lastGood: lastGood(), secrets: { resolve: () => Promise.reject(down) } });
    expect(await second.says()).toBe("two");
  });

  it("of many changes the last is kept", async () => {
    const { source, live } = await start(saying("0"), { lastGood: lastGood() });
    for (let n = 1; n <= 20; n++) {
      source.next = saying(String(n));
      await live.look();
    }
    await live.close();
    expect(await (await start(down, { lastGood: lastGood() })).says()).toBe("20");
  });

  it("can be read by its owner only, as can its key", async () => {
    await (await start(saying("one"), { lastGood: lastGood() })).live.close();
    expect(readdirSync(place.path("state")).sort()).toEqual(["last-good", "last-good.key"]);
    for (const name of ["last-good", "last-good.key"]) expect(statSync(place.path(`state/${name}`)).mode & 0o077).toBe(0);
  });

  it("with a key of one's own there is no file of a key, and another key does not open it", async () => {
    const key = "0123456789abcdef0123456789abcdef";
    await (await start(saying("one"), { lastGood: { ...lastGood(), key } })).live.close();
    expect(existsSync(`${lastGood().file}.key`)).toBe(false);
    expect(await (await start(down, { lastGood: { ...lastGood(), key } })).says()).toBe("one");
    const notes = noting();
    const other = createLiveGateway(scripted(down), { lastGood: { ...lastGood(), key: key.toUpperCase() }, ...notes });
    await expect(other).rejects.toThrow("down");
    expect(notes.events).toEqual(["last-good-failed"]);
    await expect(start(saying("one"), { lastGood: { ...lastGood(), key: "short" } })).rejects.toThrow(/at least 32 characters/);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["cut short", (bytes) => bytes.subarray(0, bytes.length - 1)],
    ["of which the head is left", (bytes) => bytes.subarray(0, 30)],
    ["empty", () => Buffer.alloc(0)],
    ["with a bit turned over", (bytes) => bytes.map((byte, index) => (index === bytes.length - 5 ? byte ^ 1 : byte)) as Buffer],
    ["of something else", () => Buffer.from("apis: {}")],
  ])("%s is not taken for one, and the source's own error is the answer", async (_, damage) => {
    await (await start(saying("one"), { lastGood: lastGood() })).live.close();
    writeFileSync(lastGood().file, damage(readFileSync(lastGood().file)));
    await expect(start(down, { lastGood: lastGood() })).rejects.toThrow("down");
  });

  it("that there is not yet leaves the source's own error", async () => {
    const notes = noting();
    await expect(createLiveGateway(scripted(down), { lastGood: lastGood(), ...notes })).rejects.toThrow("down");
    expect(notes.events).toEqual([]);
  });

  it("that cannot be written is told, and serving goes on", async () => {
    place.write("state", "a file, no folder");
    const { says, live, events } = await start(saying("one"), { lastGood: lastGood() });
    await live.close();
    expect([await says(), events]).toEqual(["one", ["in-force source", "last-good-failed"]]);
  });

  it("leftovers of a process that was killed are removed", async () => {
    place.write("state/last-good.123.abc.tmp", "half");
    place.write("state/other.tmp", "mine");
    await (await start(saying("one"), { lastGood: lastGood() })).live.close();
    expect(readdirSync(place.path("state")).sort()).toEqual(["last-good", "last-good.key", "other.tmp"]);
  });
});
