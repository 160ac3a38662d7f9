import type { Url } from "../../http/url.js";
import type { AgentModel } from "../../model/model.js";
import type { ApiConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";
import { buildUrl } from "./findings.js";

type Path = readonly (string | number)[];

/** The operation of an A2A API that gives the agent's card. */
export const CARD_OPERATION = "agent-card";
const RUNTIME_OPERATION = "json-rpc";
const CARD_PATH = "/.well-known/agent-card.json";

/** Gives an A2A API its two operations: the agent's card and its runtime; other APIs stay as they are. */
export function withAgentOperations(written: ApiConfiguration, path: Path, loaded: LoadedConfiguration): ApiConfiguration {
  if (written.type !== "a2a") return written;
  const { agentCardPath = CARD_PATH } = written.a2aProperties ?? {};
  if (!agentCardPath.startsWith("/"))
    loaded.report([...path, "a2aProperties", "agentCardPath"], configurationProblems.cardPath(agentCardPath));
  for (const id of Object.keys(written.operations ?? {}))
    loaded.report([...path, "operations", id], configurationProblems.operationOfAgent(id));
  const operations = {
    [CARD_OPERATION]: { method: "GET", urlTemplate: agentCardPath },
    [RUNTIME_OPERATION]: { method: "POST", urlTemplate: "/" },
  };
  return { ...written, operations };
}

/** The agent of an A2A API, with what is wrong with it; null for every other API. */
export function agentOf(
  written: ApiConfiguration,
  path: Path,
  expand: (text: string) => string,
  loaded: LoadedConfiguration,
): AgentModel | null {
  const { type, a2aProperties, jsonRpcProperties, agent } = written;
  if (type !== "a2a") {
    for (const key of ["a2aProperties", "jsonRpcProperties"] as const)
      if (written[key] !== undefined) loaded.report([...path, key], configurationProblems.agentOfOtherKind(key));
    return null;
  }
  const url = (text: string | undefined, key: readonly string[], more = ""): Url | null => {
    if (text !== undefined)
      return buildUrl(expand(text).replace(/\/+$/, more === "" ? "$&" : "") + more, text, [...path, ...key], loaded);
    loaded.report(path, configurationProblems.agentWithout(key.join(".")));
    return null;
  };
  const runtimePath = jsonRpcProperties?.path ?? "";
  const joint = runtimePath === "" || runtimePath.startsWith("/") ? "" : "/";
  const runtimeUrl = url(jsonRpcProperties?.backendUrl, ["jsonRpcProperties", "backendUrl"], joint + runtimePath);
  const cardUrl = url(a2aProperties?.agentCardBackendUrl, ["a2aProperties", "agentCardBackendUrl"]);
  return runtimeUrl === null || cardUrl === null
    ? null
    : { id: agent?.id ?? null, runtimeUrl, cardUrl, cardOperation: CARD_OPERATION };
}
