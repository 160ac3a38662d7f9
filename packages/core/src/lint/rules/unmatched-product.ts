import { defineRule } from "../rule.js";

const files = (apis: string): Record<string, string> => ({
  "gateway.yaml": `apis:
  orders: { path: orders, serviceUrl: "https://orders.internal", operations: { list: { method: GET, urlTemplate: / } } }
products:
  gold: { name: Gold, apis: [orders] }
  other: { name: Other, apis: [${apis}] }
`,
});

/** What nobody can reach. */
export const unmatchedProduct = defineRule({
  id: "unmatched-product",
  severity: "info",
  summary: "a product without APIs, an API that no product and no open access makes reachable",
  why: "A product without APIs opens nothing. An API that needs a key, and that no product and no subscription opens, answers 401 to all.",
  remedy: "Add the API to a product, open it, or remove what is not needed.",
  needs: "configuration",
  examples: { bad: files(""), good: files("orders") },
  project({ configuration }, context) {
    if (configuration === null) return;
    const { data } = configuration.loaded;
    const namespaces = [
      { namespace: data, path: [] as string[] },
      ...Object.entries(data.workspaces ?? {}).map(([id, namespace]) => ({ namespace, path: ["workspaces", id] })),
    ];
    for (const { namespace, path } of namespaces) {
      const products = Object.entries(namespace.products ?? {});
      for (const [id, { apis = [] }] of products)
        if (apis.length === 0) context.at(configuration.place([...path, "products", id]), `The product ${id} has no APIs.`);
      // Keys may be made elsewhere, such as by the management API, where the configuration holds none at all.
      if (products.length === 0 && namespace.subscriptions === undefined) continue;
      const scopes = Object.values(namespace.subscriptions ?? {}).map(({ scope }) => scope);
      for (const [id, api] of Object.entries(namespace.apis ?? {})) {
        if (api.subscriptionRequired === false || ("workspace" in api && api.workspace !== undefined)) continue;
        if (products.some(([, { apis = [] }]) => apis.includes(id))) continue;
        if (scopes.some((scope) => /^(?:\/?all|\/?apis)$/i.test(scope) || scope.split("/").at(-1) === id)) continue;
        context.at(
          configuration.place([...path, "apis", id]),
          `The API ${id} needs a key, and no product and no subscription opens it.`,
        );
      }
    }
  },
});
