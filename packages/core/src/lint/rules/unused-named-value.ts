import { policies } from "../examples.js";
import { defineRule } from "../rule.js";
import { entities } from "../usage.js";

const files = (name: string): Record<string, string> => ({
  "gateway.yaml": `namedValues:
  audience: api://orders
  old-audience: api://legacy
policy: { file: ./global.xml }
`,
  "global.xml": policies({
    inbound: `<set-header name="X-Audience" exists-action="override">
  <value>{{audience}} {{${name}}}</value>
</set-header>`,
    backend: "<forward-request />",
    outbound: "",
    onError: "",
  }),
});

/** A named value that nothing names. */
export const unusedNamedValue = defineRule({
  id: "unused-named-value",
  severity: "info",
  summary: "a named value that no document and no part of the configuration names",
  why: "Nobody dares to remove it, and a secret among them is one more to lose.",
  remedy: "Remove it.",
  needs: "configuration",
  examples: { bad: files("audience"), good: files("old-audience") },
  project(project, context) {
    const { configuration, documents } = project;
    if (configuration === null) return;
    const used = new Set<string>();
    const note = (text: string): void => {
      for (const [, name] of text.matchAll(/\{\{([A-Za-z0-9._-]{1,256})\}\}/g)) used.add(name!);
    };
    for (const { source } of documents) note(source.text);
    note(JSON.stringify(configuration.loaded.data));
    for (const { id, path } of entities(project, "namedValues"))
      if (!used.has(id)) context.at(configuration.place(path), `Nothing names the named value ${id}.`);
  },
});
