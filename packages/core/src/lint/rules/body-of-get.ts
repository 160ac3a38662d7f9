import { bodyReads } from "../bodies.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const files = (method: string): Record<string, string> => ({
  "gateway.yaml": `apis:
  search:
    path: search
    serviceUrl: https://search.internal
    subscriptionRequired: false
    operations:
      find: { method: ${method}, urlTemplate: /find, policy: { file: ./find.xml } }
`,
  "find.xml": policies({
    inbound:
      '<base />\n<set-variable name="term" value="@(context.Request.Body.As<JObject>(preserveContent: true)["term"].ToString())" />',
  }),
});

/** A body that no call has. */
export const bodyOfGet = defineRule({
  id: "body-of-get",
  severity: "warning",
  summary: "a request body read in an operation that takes none",
  why: "`context.Request.Body` is null where the request has no body, as with GET and HEAD: reading it fails the call with a 500.",
  remedy: "Read the query instead, or test the body for null: `context.Request.Body?.As<JObject>(true)`.",
  needs: "configuration",
  examples: { bad: files("GET"), good: files("POST") },
  pipeline(pipeline, context) {
    const { operations } = pipeline.owner;
    if (operations.length === 0 || !operations.every(({ method, request }) => isBodiless(method) && !hasBody(request))) return;
    const own = pipeline.documents.find(({ scope }) => scope === "operation");
    for (const { element, state, section } of pipeline.steps) {
      if (section !== "inbound" && section !== "backend") continue;
      // Documents of outer scopes run for other operations, too.
      if (element.document !== own && element.document.scope !== null) continue;
      if (state.tested.has("context.Request.Body") || state.tested.has("context.Request.Method")) continue;
      for (const code of element.codes())
        for (const { use, of, isGuarded } of bodyReads(code))
          if (of === "request" && !isGuarded)
            context.report(element.document, code.span(use), "The operation takes no body: context.Request.Body is null.", {
              hint: "Read the query, or test the body for null first.",
            });
    }
  },
});

function isBodiless(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function hasBody(request: { readonly representations: readonly unknown[] } | null): boolean {
  return request !== null && request.representations.length > 0;
}
