import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type Clock,
  type ConfigurationSource,
  type GatewayConfiguration,
  type LoadedConfiguration,
  systemClock,
} from "@turnpike/core";
import { loadArtifacts } from "../apiops/load.js";
import { artifactProblems } from "../apiops/problems.js";
import { type AzureCredentialSource, type AzureTokenCredential, credentialsFrom } from "../azure/token-credential.js";
import { type ArmArtifacts, ArmReading } from "./artifacts.js";
import { type ArmAnswer, ArmCalls } from "./calls.js";
import { ArmChanges } from "./changes.js";
import { ArmQueue } from "./queue.js";
import { type ArmService, isName, resourceIdOf } from "./service.js";

/** How an instance is read. */
export interface ArmSourceOptions {
  /** Whose identity reads, if no credential is handed in. Default `managed-identity`. */
  readonly source?: AzureCredentialSource;
  /** A credential of one's own in place of `source`. */
  readonly credential?: AzureTokenCredential;
  /** The user-assigned identity that reads. Default: the system-assigned one. */
  readonly clientId?: string;
  /**
   * May values of secret named values (`listValue`) and keys of subscriptions (`listSecrets`) be asked for? That takes more than the role of
   * a reader. Default false.
   */
  readonly secrets?: boolean;
  /** What is put over what the instance says, such as certificates with their keys. Entities by id, member by member. */
  readonly additions?: GatewayConfiguration;
  /** Milliseconds after which all is read again, whatever the activity log says. Default one hour; ten minutes where the log cannot be read. */
  readonly wholeInterval?: number;
  /** Azure Resource Manager's address. Default `https://management.azure.com`. */
  readonly endpoint?: string;
  /** Are up to 20 requests sent in one call? Where Azure refuses that, they go one by one. Default true. */
  readonly batch?: boolean;
  readonly clock?: Clock;
}

const HOUR = 3_600_000;
const TEN_MINUTES = 600_000;

/**
 * A running API Management instance, read through Azure Resource Manager; nothing is written. While nothing has changed a look costs one call,
 * of the activity log.
 *
 *     const live = await createLiveGateway(armSource({ subscription, resourceGroup, service }, { secrets: true }));
 *
 * @throws TypeError if `@azure/identity` is needed and not installed, or a name or the endpoint is none
 */
export function armSource(target: ArmService, options: ArmSourceOptions = {}): ConfigurationSource {
  const reader = new ArmReader(target, options);
  const { clock = systemClock } = options;
  const changes = new ArmChanges(target);
  let hash = "";
  let isLogged = true;
  let wholeAt = 0;
  return {
    name: reader.name,
    async read(signal) {
      const whole = options.wholeInterval ?? (isLogged ? HOUR : TEN_MINUTES);
      if (hash !== "" && clock.now() - wholeAt < whole) {
        if (!isLogged) return null;
        if ((await changes.hasChanged(reader.calls, signal)) === false) return null;
      }
      const start = clock.now();
      let log: ArmAnswer | null = null;
      const artifacts = await reader.read(signal, (queue) => {
        queue.ask("GET", changes.path(changes.startFor(start)), (answer) => {
          log = answer;
        });
      });
      isLogged = (log as ArmAnswer | null)?.status === 200;
      if (isLogged) changes.begin(start, log!);
      const loaded = reader.load(artifacts, isLogged ? null : (options.wholeInterval ?? TEN_MINUTES));
      const found = hashOf(artifacts);
      wholeAt = clock.now();
      if (found === hash) return null;
      hash = found;
      return loaded;
    },
  };
}

/**
 * What an instance holds now, as the files of an APIOps folder.
 * @returns texts by their path in the folder, and what could not be had
 * @throws what {@link armSource} throws; rejects if the instance cannot be read
 */
export function pullArm(
  target: ArmService,
  options: ArmSourceOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<ArmArtifacts> {
  return new ArmReader(target, options).read(signal);
}

/** What an instance holds now, as a configuration: that of {@link armSource}, once. */
export async function loadArm(
  target: ArmService,
  options: ArmSourceOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<LoadedConfiguration> {
  const reader = new ArmReader(target, options);
  return reader.load(await reader.read(signal), null);
}

class ArmReader {
  readonly name: string;
  readonly calls: ArmCalls;

  constructor(
    private readonly target: ArmService,
    private readonly options: ArmSourceOptions,
  ) {
    const { subscription, resourceGroup, service, gateway } = target;
    for (const name of [subscription, resourceGroup, service, gateway ?? "x"])
      if (!isName(name)) throw new TypeError(`Invalid name '${name}': expected that of an Azure resource.`);
    this.name = `azure:/${subscription}/${resourceGroup}/${service}${gateway === undefined ? "" : `/gateways/${gateway}`}`;
    const credential =
      options.credential ?? credentialsFrom(options.source ?? "managed-identity", "armSource")(options.clientId ?? null);
    this.calls = new ArmCalls({ ...options, credential });
  }

  async read(signal: AbortSignal, also: (queue: ArmQueue) => void = () => undefined): Promise<ArmArtifacts> {
    const queue = new ArmQueue(this.calls);
    const scope = {
      root: resourceIdOf(this.target),
      gateway: this.target.gateway ?? null,
      secrets: this.options.secrets === true,
    };
    const reading = new ArmReading(queue, scope);
    also(queue);
    reading.begin();
    await queue.drain(signal);
    reading.complete();
    await queue.drain(signal);
    return reading.artifacts;
  }

  /** @param unlogged milliseconds between whole readings where the activity log does not tell of changes; null where it does */
  load(artifacts: ArmArtifacts, unlogged: number | null): LoadedConfiguration {
    const { gateway } = this.target;
    const { additions = {} } = this.options;
    const texts = new Map([...artifacts.files].map(([file, text]) => [join(this.name, file), text]));
    const users = { ...artifacts.users, ...additions.users } as NonNullable<GatewayConfiguration["users"]>;
    const given = { ...additions, users, ...(gateway === undefined ? {} : { gateway }) };
    const notes = artifacts.problems.map(({ file, problem }) => ({ file: join(this.name, file), problem }));
    if (unlogged !== null)
      notes.push({
        file: this.name,
        problem: artifactProblems.activityLogUnreadable(Math.round(unlogged / 1000)),
      });
    return loadArtifacts(this.name, texts, { additions: given }, notes);
  }
}

function hashOf({ files, users }: ArmArtifacts): string {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([sorted, users]))
    .digest("base64");
}
