// An Express application, by itself or (GATEWAY) behind a gateway.
import express from "express";
import { ready } from "../servers.mjs";
import { accounts, gatewayFor } from "./common.mjs";

const app = express();
const gateway = await gatewayFor(process.env.GATEWAY);
if (gateway !== null) {
  const { turnpike } = await import("@turnpike/adapters/express");
  app.use(turnpike(gateway, { mode: "middleware", unmatched: "pass" }));
}
app.use(express.json());
const router = express.Router();
router.get("/:id", (request, response) => response.json({ id: request.params.id, accounts }));
router.post("/", (request, response) => response.status(201).json({ id: "a-1", ...request.body }));
app.use("/accounts", router);
app.listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
