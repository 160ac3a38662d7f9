import type { DeploymentModel, GatewayModel } from "./model.js";

/** What `context.Deployment` shows where the configuration says nothing. */
export const defaultDeployment: DeploymentModel = {
  region: "local",
  serviceId: "turnpike",
  serviceName: "turnpike",
  gatewayId: "managed",
  instanceId: "managed",
  daprUrl: "http://localhost:3500",
  serviceBusNamespace: null,
};

/** A configuration with nothing in it: what documents see that are looked at alone. */
export const emptyModel: GatewayModel = {
  deployment: defaultDeployment,
  hostnames: [],
  namedValues: new Map(),
  backends: new Map(),
  apis: new Map(),
  products: new Map(),
  users: new Map(),
  subscriptions: new Map(),
  fragments: new Map(),
  schemas: new Map(),
  certificates: new Map(),
  loggers: new Map(),
  diagnostics: new Map(),
  notServed: [],
  openIdProviders: new Map(),
  revocation: null,
  tokens: { cache: true, algorithms: [] },
  gatewayErrors: "turnpike",
  pathEncoding: "plain",
  limits: {},
  workspaces: new Map(),
};
