import { loadApiOps } from "@turnpike/adapters/apiops";
import { createGateway, folderSource, type LoadedConfiguration } from "@turnpike/core";
import { expect, it } from "vitest";
import { api, write } from "./support.js";

it("a folder is read again when an entity comes, changes or goes", async () => {
  const folder = write(api("a"));
  const source = folderSource(folder, loadApiOps);
  /** What is still being written is put off for a while, by a number of looks. */
  const next = async (): Promise<LoadedConfiguration> => {
    for (let looks = 0; looks < 50; looks++) {
      const read = await source.read(new AbortController().signal);
      if (read !== null) return read as LoadedConfiguration;
    }
    throw new Error("Nothing was read.");
  };
  const gateway = await createGateway(await next());
  expect(await source.read(new AbortController().signal)).toBeNull();
  write(api("b"), folder);
  await gateway.update(await next());
  expect([...gateway.configuration.apis.keys()]).toEqual(["a", "b"]);
  write(api("a", { serviceUrl: "https://moved.internal" }), folder);
  await gateway.update(await next());
  expect(gateway.configuration.apis.get("a")!.serviceUrl!.toString()).toBe("https://moved.internal/");
});
