import { keyPath, keyUses } from "../code.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const document = (name: string): string =>
  policies({
    inbound: `<set-variable name="tenantId" value="@(context.Request.Headers.GetValueOrDefault("X-Tenant", "none"))" />
<set-header name="X-Tenant" exists-action="override">
  <value>@((string)context.Variables["${name}"])</value>
</set-header>`,
    backend: "<forward-request />",
    outbound: "",
    onError: "",
  });

/** A variable that is not there on some way. */
export const missingVariable = defineRule({
  id: "missing-variable",
  severity: "warning",
  summary: "a variable read by its name in brackets that is not set on every way to it",
  why: '`context.Variables["x"]` fails the call with a 500 where nothing has set x (KeyNotFoundException). Silent where an outer scope or a fragment that is not seen may have set it.',
  remedy: 'Set it on every way, test `ContainsKey`, or use `GetValueOrDefault("x", default)`.',
  examples: { bad: document("tenant"), good: document("tenantId") },
  codes: ["TP2020"],
  pipeline(pipeline, context) {
    for (const { element, section, state } of pipeline.steps) {
      if (state.isOpen) continue;
      for (const code of element.codes()) {
        if (code.hasNamedValues) continue;
        const uses = [...keyUses(code)].filter(({ path }) => path === "context.Variables");
        for (const { use, key, how } of uses) {
          if (how !== "indexer" || uses.some((other) => other.how === "test" && other.key === key)) continue;
          if (state.tested.has(keyPath("context.Variables", key))) continue;
          const fact = state.variables.get(key);
          if (fact?.always === true || (fact !== undefined && mayBeSure(key, fact.conditions, state.conditions, section)))
            continue;
          const message =
            fact === undefined
              ? `No policy before sets the variable "${key}".`
              : `The variable "${key}" is not set on every way to here.`;
          context.report(element.document, code.span(use), message, {
            hint: `Set it on every way, or use GetValueOrDefault("${key}", …).`,
            related: fact?.setters.map((setter) => setter.document.source.place(setter.start)) ?? [],
          });
        }
      }
    }
  },
});

/** Set where it was missing, under the same condition, under one that depends on variables, or on the way to an error: that may fit. */
function mayBeSure(key: string, set: readonly string[], here: readonly string[], section: string): boolean {
  if (section === "on-error" || section === "outbound") return true;
  return (
    here.some((condition) => set.includes(condition) || condition.includes("context.Variables")) ||
    set.some((condition) => condition.includes(`"${key}"`))
  );
}
