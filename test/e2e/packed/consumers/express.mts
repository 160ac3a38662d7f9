// An Express application as its own types have it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { outcomeOf, type RequestOutcome, turnpike, turnpikeErrors } from "@turnpike/adapters/express";
import { createGateway } from "@turnpike/core";
import express from "express";

const gateway = await createGateway({
  apis: { api: { path: "api", subscriptionRequired: false, operations: { all: { method: "GET", urlTemplate: "/*" } } } },
});
const app = express();
app.use(turnpike(gateway, { mode: "middleware", variables: (request) => ({ path: request.originalUrl ?? "" }) }));
app.get("/api/:id", (request, response) => {
  const outcome: RequestOutcome | undefined = outcomeOf(request);
  response.json({ id: request.params.id, operation: outcome?.operation?.id });
});
app.use(turnpikeErrors);
const server = createServer(app).listen(0, "127.0.0.1", () => {
  console.log(`port ${(server.address() as AddressInfo).port}`);
});
