import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { type ConfigurationSource, createGateway, fileSource, folderSource, loadConfiguration } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { answer, answering, saying, workFolder } from "./support.js";

const place = workFolder();
const { signal } = new AbortController();

/** Reads, and says what the configuration answers; `same` if nothing has changed, codes if it has errors. */
async function look(source: ConfigurationSource): Promise<string> {
  const configuration = await source.read(signal);
  if (configuration === null) return "same";
  try {
    const gateway = await createGateway(configuration);
    const said = await answer(gateway);
    await gateway.close();
    return said;
  } catch (error) {
    return (error as { diagnostics: { code: string }[] }).diagnostics.map((finding) => finding.code).join();
  }
}

const yaml = (policy: string, more = ""): string => `${more}
apis:
  api:
    path: api
    subscriptionRequired: false
    policy: ${policy}
    operations: { all: { method: GET, urlTemplate: /* } }
`;

describe("a configuration file", () => {
  it("is read once, and again when it has changed", async () => {
    const source = fileSource(place.write("gateway.yaml", yaml("{ file: policy.xml }")));
    place.write("policy.xml", answering("one"));
    expect([await look(source), await look(source), await look(source)]).toEqual(["one", "same", "same"]);
    place.write("other.xml", answering("other"));
    place.write("gateway.yaml", yaml("{ file: other.xml }"));
    expect([await look(source), await look(source)]).toEqual(["other", "same"]);
    expect(source.name).toBe(place.path("gateway.yaml"));
  });

  it.each<[string, () => void]>([
    ["a policy", () => place.write("policy.xml", answering("two"))],
    [
      "a policy of another folder, moved over the old one",
      () => renameSync(place.write("new.xml", answering("two")), place.path("policy.xml")),
    ],
    [
      "a link, swapped",
      () => {
        place.write("second/policy.xml", answering("two"));
        symlinkSync(place.path("second/policy.xml"), place.path("link"));
        renameSync(place.path("link"), place.path("policy.xml"));
      },
    ],
  ])("is read again for %s", async (_, change) => {
    const source = fileSource(place.write("sub/gateway.yaml", yaml("{ file: ../policy.xml }")));
    place.write("policy.xml", answering("one"));
    expect(await look(source)).toBe("one");
    change();
    expect([await look(source), await look(source)]).toEqual(["two", "same"]);
  });

  it("is read again when a file appears that was missing, and when one goes", async () => {
    const source = fileSource(place.write("gateway.yaml", yaml("{ file: policy.xml }")));
    expect([await look(source), await look(source)]).toEqual(["TP3001", "same"]);
    place.write("policy.xml", answering("one"));
    expect(await look(source)).toBe("one");
    rmSync(place.path("policy.xml"));
    expect(await look(source)).toBe("TP3001");
  });

  it("may itself appear later", async () => {
    const source = fileSource(place.path("gateway.yaml"));
    expect(await look(source)).toBe("TP3001");
    place.write("policy.xml", answering("one"));
    place.write("gateway.yaml", yaml("{ file: policy.xml }"));
    expect(await look(source)).toBe("one");
  });

  it("is read again for a file of a secret", async () => {
    const source = fileSource(
      place.write("gateway.yaml", yaml(`'${answering("{{key}}")}'`, "namedValues: { key: { secret: true, file: key.txt } }")),
    );
    place.write("key.txt", "first");
    expect(await look(source)).toBe("first");
    place.write("key.txt", "again");
    expect(await look(source)).toBe("again");
  });

  it("is not read while it is being written", async () => {
    const file = place.write("gateway.yaml", yaml("{ file: policy.xml }"));
    place.write("policy.xml", answering("one"));
    const source = fileSource(file);
    expect(await look(source)).toBe("one");
    writeFileSync(place.path("policy.xml"), "<poli");
    const soon = new Date(Date.now() + 30_000);
    utimesSync(place.path("policy.xml"), soon, soon);
    expect(await look(source)).not.toBe("same");
    writeFileSync(place.path("policy.xml"), answering("two"));
    expect(await look(source)).toBe("same");
    place.write("policy.xml", answering("two"));
    expect(await look(source)).toBe("two");
  });

  it("that changes all the time is read in the end", async () => {
    const source = fileSource(place.write("gateway.yaml", yaml("{ file: policy.xml }")));
    place.write("policy.xml", answering("one"));
    expect(await look(source)).toBe("one");
    const outcomes = new Set<string>();
    for (let n = 0; n < 30; n++) {
      writeFileSync(place.path("policy.xml"), answering("two"));
      const now = new Date();
      utimesSync(place.path("policy.xml"), now, now);
      outcomes.add(await look(source));
    }
    expect([...outcomes].sort()).toEqual(["same", "two"]);
  });
});

describe("a folder", () => {
  it("is read again when a file in it has changed, come or gone", async () => {
    place.write("gateway.yaml", yaml("{ file: deep/er/policy.xml }"));
    place.write("deep/er/policy.xml", answering("one"));
    const source = folderSource(place.path(""), (folder) => loadConfiguration(`${folder}/gateway.yaml`));
    expect([await look(source), await look(source)]).toEqual(["one", "same"]);
    place.write("deep/er/policy.xml", answering("two"));
    expect([await look(source), await look(source)]).toEqual(["two", "same"]);
    place.write("new/file.txt", "x");
    expect([await look(source), await look(source)]).toEqual(["two", "same"]);
    rmSync(place.path("new"), { recursive: true });
    expect([await look(source), await look(source)]).toEqual(["two", "same"]);
    place.write(".git/index", "x");
    place.write("node_modules/x/index.js", "x");
    expect(await look(source)).toBe("same");
  });

  it("that cannot be read rejects, and is read when it can be", async () => {
    const source = folderSource(place.path("later"), async () => saying("one"));
    await expect(source.read(signal)).rejects.toThrow(/ENOENT/);
    place.write("later/x", "");
    expect(await look(source)).toBe("one");
  });

  it("whose reading failed is read again", async () => {
    let isBroken = true;
    const source = folderSource(place.path(""), () => {
      if (isBroken) throw new Error("no");
      return saying("one");
    });
    await expect(source.read(signal)).rejects.toThrow("no");
    isBroken = false;
    expect(await look(source)).toBe("one");
  });
});
