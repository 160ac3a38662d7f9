import { notThere } from "../../diagnostics/references.js";
import type { PoolModel } from "../../model/model.js";
import type { BackendConfiguration, GatewayConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";
import { failureStatusOf } from "./breaker.js";

const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]{1,200}$/;

/** The members of a pool; null if the backend is none. */
export function buildPool(
  written: BackendConfiguration,
  path: readonly string[],
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
): PoolModel | null {
  if (written.pool === undefined) return null;
  const { services, sessionAffinity } = written.pool;
  const at = [...path, "pool", "services"];
  if (services.length === 0 || services.length > 30) loaded.report(at, configurationProblems.poolSize());
  services.forEach((service, index) => {
    const member = data.backends?.[service.backend];
    if (member === undefined)
      loaded.report([...at, index, "backend"], notThere("backend", service.backend, Object.keys(data.backends ?? {})));
    else if (member.pool !== undefined)
      loaded.report([...at, index, "backend"], configurationProblems.poolInPool(service.backend));
    for (const key of ["priority", "weight"] as const)
      if (!isShare(service[key])) loaded.report([...at, index, key], configurationProblems.shareInvalid(key));
  });
  const cookie = sessionAffinity?.sessionId.name;
  if (cookie !== undefined && !COOKIE_NAME.test(cookie))
    loaded.report([...path, "pool", "sessionAffinity", "sessionId", "name"], configurationProblems.cookieInvalid(cookie));
  return {
    services: services.map(({ backend, priority, weight }) => ({ backend, priority: priority ?? null, weight: weight ?? null })),
    sessionCookie: cookie ?? null,
    failureStatus: failureStatusOf(written.pool.failureResponse, [...path, "pool", "failureResponse", "statusCode"], loaded),
  };
}

/** A priority or weight: what is left out is as good as any. */
function isShare(value: number | undefined): boolean {
  return value === undefined || (Number.isInteger(value) && value >= 0 && value <= 100);
}
