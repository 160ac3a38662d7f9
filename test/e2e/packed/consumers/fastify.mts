// A Fastify application as its own types have it.
import { outcomeOf, type RequestOutcome, turnpike } from "@turnpike/adapters/fastify";
import { createGateway } from "@turnpike/core";
import fastify from "fastify";

const gateway = await createGateway({
  apis: { api: { path: "api", subscriptionRequired: false, operations: { all: { method: "GET", urlTemplate: "/*" } } } },
});
const app = fastify();
await app.register(turnpike, { gateway, mode: "middleware", variables: (request) => ({ path: request.url }) });
app.get<{ Params: { id: string } }>("/api/:id", async (request) => {
  const outcome: RequestOutcome | undefined = outcomeOf(request);
  return { id: request.params.id, operation: outcome?.operation?.id };
});
console.log(`port ${new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port}`);
