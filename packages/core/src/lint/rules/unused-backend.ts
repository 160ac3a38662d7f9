import { policies } from "../examples.js";
import { defineRule } from "../rule.js";
import { entities, namedIn } from "../usage.js";

const files = (id: string): Record<string, string> => ({
  "gateway.yaml": `backends:
  erp: { url: "https://erp.internal" }
  old-erp: { url: "https://old-erp.internal" }
policy: { file: ./global.xml }
`,
  "global.xml": policies({
    inbound: `<choose>
  <when condition="@(context.Request.Headers.ContainsKey("X-Old"))">
    <set-backend-service backend-id="${id}" />
  </when>
  <otherwise>
    <set-backend-service backend-id="erp" />
  </otherwise>
</choose>`,
    backend: "<forward-request />",
    outbound: "",
    onError: "",
  }),
});

/** A backend that no call goes to. */
export const unusedBackend = defineRule({
  id: "unused-backend",
  severity: "info",
  summary: "a backend that no policy and no pool names",
  why: "Its credentials and addresses are kept up for nothing.",
  remedy: "Remove it.",
  needs: "configuration",
  examples: { bad: files("erp"), good: files("old-erp") },
  project(project, context) {
    const named = namedIn(project, new Set(["backend-id", "embeddings-backend-id"]));
    const { configuration } = project;
    if (named === null || configuration === null) return;
    const used = new Set(named);
    const { data } = configuration.loaded;
    for (const { backends } of [data, ...Object.values(data.workspaces ?? {})])
      for (const { pool } of Object.values(backends ?? {}))
        for (const { backend } of pool?.services ?? []) used.add(backend.split("/").at(-1)!);
    for (const { id, path } of entities(project, "backends"))
      if (!used.has(id)) context.at(configuration.place(path), `No policy and no pool names the backend ${id}.`);
  },
});
