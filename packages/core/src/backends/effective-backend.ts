import type { ApiModel, BackendModel, GatewayModel } from "../model/model.js";
import type { BackendTarget } from "../policy/exchange.js";

/** Where a request goes: what there is to know for finding its backend entity. */
export interface Destination {
  readonly target: BackendTarget;
  readonly api: Pick<ApiModel, "serviceUrl"> | null;
  readonly configuration: Pick<GatewayModel, "backends">;
}

/** The backend entity in effect: the one that a policy named, or the one whose address the service URL is. */
export function effectiveBackend({ target, api, configuration }: Destination): BackendModel | null {
  const { backendId, baseUrl } = target;
  if (configuration.backends.size === 0) return null;
  if (backendId !== null) return configuration.backends.get(backendId) ?? null;
  const url = baseUrl ?? api?.serviceUrl ?? null;
  return url === null ? null : (byUrl(configuration.backends).get(url.toString()) ?? null);
}

/** What `context.Backend` shows: the entity in effect; of a pool, once a request has been sent, the member that it went to. */
export function shownBackend(destination: Destination): BackendModel | null {
  const { memberId } = destination.target;
  const member = memberId === undefined ? undefined : destination.configuration.backends.get(memberId);
  return member ?? effectiveBackend(destination);
}

const maps = new WeakMap<GatewayModel["backends"], ReadonlyMap<string, BackendModel>>();

function byUrl(backends: GatewayModel["backends"]): ReadonlyMap<string, BackendModel> {
  let map = maps.get(backends);
  if (map === undefined) {
    map = new Map(
      [...backends.values()].flatMap((backend) => (backend.url === null ? [] : [[backend.url.toString(), backend] as const])),
    );
    maps.set(backends, map);
  }
  return map;
}
