import { definePolicy, policyError, schema } from "@turnpike/core";

const missing = policyError({
  when: "the header is absent or empty",
  status: 400,
  reason: "TenantMissing",
  message: "The header {header} names no tenant.",
});

const unknown = policyError({
  when: "the tenant is none of those listed",
  status: 403,
  reason: "TenantUnknown",
  message: "The tenant {tenant} may not call this API.",
  // Callers are not told which tenants there are.
  toCaller: "This tenant may not call this API.",
});

/** `<require-tenant>`: lets calls of listed tenants pass, and keeps the tenant in a context variable. */
export const requireTenant = definePolicy({
  name: "require-tenant",
  category: "authorization",
  summary: "Demands a tenant that is listed, and keeps it in a context variable.",
  sections: ["inbound"],
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    header: schema.text({ default: "X-Tenant", expressions: true, notes: "The header that names the tenant." }),
    "variable-name": schema.text({ required: true, notes: "The context variable that takes it." }),
  },
  children: {
    tenant: schema.child({ min: 1, max: schema.many, content: "text", notes: "A tenant that may call." }),
  },
  errors: [missing, unknown],
  compile(element) {
    // Once, when the document is loaded.
    const { header, "variable-name": variable } = element.attributes;
    const name = variable.literal!;
    const tenants = new Set(element.children.tenant.map(({ text }) => String(text?.literal ?? "").toLowerCase()));

    // For each request. A step that waits for something returns a promise.
    return (exchange) => {
      const wanted = header.get(exchange);
      const tenant = exchange.request.headers.get(wanted)?.trim().toLowerCase() ?? "";
      if (tenant === "") throw missing.error({ header: wanted });
      if (!tenants.has(tenant)) throw unknown.error({ tenant });
      exchange.variables.set(name, tenant);
      return "continue";
    };
  },
});
