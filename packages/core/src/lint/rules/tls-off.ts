import { defineRule } from "../rule.js";

const files = (value: string): Record<string, string> => ({
  "gateway.yaml": `backends:
  ledger:
    url: https://ledger.internal
    tls: { validateCertificateChain: ${value} }
apis:
  ledger: { path: ledger, serviceUrl: "https://ledger.internal", operations: { list: { method: GET, urlTemplate: / } } }
`,
});

/** A backend that anybody can play. */
export const tlsOff = defineRule({
  id: "tls-off",
  severity: "warning",
  summary: "a backend that does not validate certificate chain or name",
  why: "Anybody on the way can answer in the backend's place, and reads what is sent.",
  remedy: "Validate both. For an own authority give its certificate (`tls.ca`), or upload it to the service.",
  needs: "configuration",
  examples: { bad: files("false"), good: files("true") },
  project({ configuration }, context) {
    if (configuration === null) return;
    const { loaded } = configuration;
    const look = (backends: typeof loaded.data.backends, path: readonly string[]): void => {
      for (const [id, { tls }] of Object.entries(backends ?? {}))
        for (const key of ["validateCertificateChain", "validateCertificateName"] as const)
          if (tls?.[key] === false)
            context.at(
              configuration.place([...path, "backends", id, "tls", key]),
              `The backend ${id} is not asked for ${key === "validateCertificateChain" ? "a certificate of a known authority" : "a certificate of its name"}.`,
              {
                hint: `Leave ${key} out.`,
              },
            );
    };
    look(loaded.data.backends, []);
    for (const [id, { backends }] of Object.entries(loaded.data.workspaces ?? {})) look(backends, ["workspaces", id]);
  },
});
