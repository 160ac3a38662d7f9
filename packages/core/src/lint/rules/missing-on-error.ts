import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const files = (onError: string): Record<string, string> => ({
  "gateway.yaml": `policy: { file: ./global.xml }
apis:
  loans:
    path: loans
    serviceUrl: https://loans.internal
    policy: { file: ./loans.xml }
    operations: { list: { method: GET, urlTemplate: / } }
`,
  "global.xml": policies({ inbound: "", backend: "<forward-request />", outbound: "", onError }),
  "loans.xml": policies({}),
});

const SHAPERS = new Set(["set-body", "set-status", "return-response", "set-header", "json-to-xml", "choose"]);

/** Errors as the gateway makes them. */
export const missingOnError = defineRule({
  id: "missing-on-error",
  severity: "info",
  summary: "no on-error in any scope that shapes errors",
  why: "Callers see the gateway's own form of errors, which differs from the backend's, and nothing is written down of them.",
  remedy: "Shape errors in on-error of the global scope.",
  needs: "configuration",
  examples: {
    bad: files(""),
    good: files('<set-body>@(new JObject(new JProperty("id", context.RequestId)).ToString())</set-body>'),
  },
  pipeline(pipeline, context) {
    const { api } = pipeline.owner;
    if (api === null || pipeline.hidesIn("on-error")) return;
    for (const element of pipeline.elements("on-error")) if (SHAPERS.has(element.name)) return;
    const document = pipeline.documents.find(({ scope }) => scope === "api") ?? pipeline.documents[0];
    if (document === undefined) return;
    const section = document.section("on-error") ?? document.root;
    if (document.scope === "global" && document.file === "default global policy") {
      context.at(context.project.configuration!.place(["apis", api.id]), `No scope shapes the errors of ${api.id}.`, {
        hint: "Shape them in on-error of the global scope.",
      });
      return;
    }
    context.element(section, `No scope shapes the errors of ${api.id}.`, { hint: "Shape them in on-error of the global scope." });
  },
});
