import type { RevocationModel } from "../../model/model.js";
import { readRevocationList } from "../../model/revocation-list.js";
import type { GatewayConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";

/** How to find out whether a client certificate was revoked; null if the configuration does not say. Lists that cannot be used are reported. */
export function buildRevocation({ revocation }: GatewayConfiguration, loaded: LoadedConfiguration): RevocationModel | null {
  if (revocation === undefined) return null;
  const lists = (revocation.lists ?? []).flatMap((source, index) => {
    const path = ["revocation", "lists", String(index)];
    const bytes = typeof source === "string" ? Buffer.from(source) : loaded.readBytes(source.file, [...path, "file"]);
    if (bytes === null) return [];
    try {
      return [readRevocationList(bytes)];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      loaded.report(path, configurationProblems.revocationListInvalid(why));
      return [];
    }
  });
  const { fetch: fetches = false, whenUnknown = "refuse" } = revocation;
  if (lists.length === 0 && !fetches && (revocation.lists ?? []).length === 0)
    loaded.report(["revocation"], configurationProblems.revocationWithoutLists());
  return { lists, fetches, acceptsUnknown: whenUnknown === "accept" };
}
