// A worker of test/core/stores/workers.test.ts: makes gateways and tells what they warn of.
import { createGateway, createMemoryStore } from "@turnpike/core";

const counting =
  '<rate-limit-by-key calls="1" renewal-period="10" counter-key="all" /><quota-by-key calls="1" renewal-period="300" counter-key="all" />';
const configuration = (inbound) => ({
  apis: { api: { path: "", policy: `<policies><inbound>\n${inbound}</inbound><backend /><outbound /><on-error /></policies>` } },
});
const warnings = async (inbound, options) => {
  const gateway = await createGateway(configuration(inbound), options);
  return gateway.diagnostics.filter(({ code }) => code === "TP2109");
};
const { scope: _, ...shared } = createMemoryStore();
process.send({
  "by default": await warnings(counting),
  "with a memory store": await warnings(counting, { store: createMemoryStore() }),
  "with a shared store": await warnings(counting, { store: shared }),
  "without limits": await warnings('<set-variable name="a" value="b" />'),
});
