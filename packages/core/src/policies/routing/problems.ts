import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy that chooses or calls the backend, by name. */
export const routingProblems = {
  timeoutTwice: (): Problem => error("TP2022", "<forward-request> takes either timeout or timeout-ms, not both."),
  serviceFabric: (attribute: string): Problem =>
    error("TP2104", `${attribute} needs Service Fabric, which Turnpike does not support.`, "Name the service by base-url."),
  backendWins: (): Problem => warning("TP2102", "backend-id wins over base-url: give only one of them."),
  /** @param severity a warning where a deployment tool may yet put the address in */
  notAUrl: (severity: Diagnostic["severity"], written: string): Problem => ({
    ...error("TP2008", `"${written}" is not an absolute URL.`),
    severity,
  }),
  ambiguousUrl: (written: string): Problem =>
    error("TP2008", `The path of "${written}" has segments that some servers take for dot segments.`),

  // Dapr
  daprElement: (): Problem =>
    error(
      "TP2002",
      "There is no element <set-backend-service-dapr>.",
      'Write <set-backend-service backend-id="dapr" dapr-app-id="…" dapr-method="…" />.',
    ),
  daprIncomplete: (): Problem =>
    error("TP2007", "<set-backend-service> with Dapr needs the attributes dapr-app-id and dapr-method."),
  daprNotInbound: (): Problem => warning("TP2003", "The Dapr form of set-backend-service is documented for inbound only."),
  daprWithoutBackend: (): Problem => error("TP2102", 'dapr-app-id, dapr-method and dapr-namespace need backend-id="dapr".'),
};
