import { isHostname } from "../../routing/hostnames.js";
import type { GatewayConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";

/** The names by which this gateway is reached, lower case: those of the gateway that it is, or else the service's. Empty for all. */
export function buildHostnames(data: GatewayConfiguration, loaded: LoadedConfiguration): readonly string[] {
  const check = (names: readonly string[] | undefined, path: readonly string[]): readonly string[] =>
    (names ?? []).map((written, index) => {
      const name = written.toLowerCase();
      if (!isHostname(name)) loaded.report([...path, index], configurationProblems.notAHostname(written));
      return name;
    });
  const service = check(data.hostnames, ["hostnames"]);
  const own = new Map(
    Object.entries(data.gateways ?? {}).map(([id, { hostnames }]) => [id, check(hostnames, ["gateways", id, "hostnames"])]),
  );
  const mine = data.gateway === undefined ? undefined : own.get(String(data.gateway));
  return mine !== undefined && mine.length > 0 ? mine : service;
}
