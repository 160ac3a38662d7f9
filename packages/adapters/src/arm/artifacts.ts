import type { Problem } from "@turnpike/core";
import { artifactProblems } from "../apiops/problems.js";
import { plainId, revisionIn } from "../apiops/revision-id.js";
import { type ArmQueue, expectFound, type Resource } from "./queue.js";
import { isName } from "./service.js";

/** Version of the management API that resources are asked for in. */
export const API_VERSION = "2024-05-01";

/** What an instance holds, as an APIOps folder has it. */
export interface ArmArtifacts {
  /** Texts of files by their path in the folder, with `/` between its parts. */
  readonly files: Map<string, string>;
  /** What no folder has: users by id. */
  readonly users: Record<string, unknown>;
  /** What could not be had, and what is missing for it. */
  readonly problems: { readonly file: string; readonly problem: Problem }[];
}

/** What is read of an instance. */
export interface ArmScope {
  /** The instance's resource id. */
  readonly root: string;
  readonly gateway: string | null;
  /** May values of secret named values and keys of subscriptions be asked for? */
  readonly secrets: boolean;
}

/** Kinds whose resources are taken as lists give them: their folder, and what their information files are called. */
const PLAIN = [
  ["namedValues", "namedValues", "namedValue"],
  ["backends", "backends", "backend"],
  ["loggers", "loggers", "logger"],
  ["apiVersionSets", "versionSets", "versionSet"],
  ["groups", "groups", "group"],
  ["schemas", "schemas", "schema"],
  ["diagnostics", "diagnostics", "diagnostic"],
  ["tags", "tags", "tag"],
] as const;

/** Asks for all that an instance holds. The artifacts are whole when the queue is empty and `complete` has been called and the queue is empty again. */
export class ArmReading {
  readonly artifacts: ArmArtifacts = { files: new Map(), users: {}, problems: [] };
  private readonly served = new Set<string>();
  private readonly subscriptions: { readonly folder: string; readonly base: string; readonly resource: Resource }[] = [];
  private readonly products = new Set<string>();

  constructor(
    private readonly queue: ArmQueue,
    private readonly scope: ArmScope,
  ) {}

  /** Begins with what the instance is made of. */
  begin(): void {
    const { root, gateway } = this.scope;
    this.level(root, "");
    this.list(`${root}/users`, (users) => {
      for (const { name, properties } of users) this.artifacts.users[name] = userOf(properties);
    });
    if (gateway === null) {
      this.apis(root, "", null);
      this.workspaces();
      return this.list(`${root}/gateways`, (gateways) => {
        for (const { name, properties } of gateways) this.gateway(name, properties);
      });
    }
    this.queue.ask("GET", this.path(`${root}/gateways/${encodeURIComponent(gateway)}`), (answer) => {
      if (answer.status === 404) throw new Error(`There is no gateway ${gateway}.`);
      expectFound(`${root}/gateways/${gateway}`, answer);
      this.gateway(gateway, (answer.body as Resource).properties, (apis) => this.apis(root, "", apis));
    });
  }

  /** Goes on with what depends on all that was found: subscriptions, and their keys. */
  complete(): void {
    for (const { folder, base, resource } of this.subscriptions) {
      if (this.scope.gateway !== null && !this.isMeant(String(resource.properties["scope"] ?? ""))) continue;
      const file = `${folder}subscriptions/${resource.name}/subscriptionInformation.json`;
      this.information(file, resource.properties);
      if (!this.scope.secrets) continue;
      this.secret(`${base}/subscriptions/${encodeURIComponent(resource.name)}/listSecrets`, file, (body) =>
        this.information(file, { ...resource.properties, primaryKey: body["primaryKey"], secondaryKey: body["secondaryKey"] }),
      );
    }
  }

  /** Does a subscription open something that the gateway serves? */
  private isMeant(scope: string): boolean {
    const [, kind, id] = /\/(apis|products)\/([^/]+)$/.exec(scope) ?? [];
    return kind === undefined || (kind === "apis" ? this.served.has(id!) : this.products.has(id!));
  }

  private level(base: string, folder: string): void {
    for (const [kind, place, file] of PLAIN)
      this.list(`${base}/${kind}`, (resources) => {
        for (const { name, properties } of resources) {
          const path = `${folder}${place}/${name}/${file}Information.json`;
          this.information(path, properties);
          if (kind === "namedValues" && this.scope.secrets && properties["secret"] === true && properties["keyVault"] == null)
            this.secret(`${base}/namedValues/${encodeURIComponent(name)}/listValue`, path, (body) =>
              this.information(path, { ...properties, value: body["value"] }),
            );
        }
      });
    this.list(`${base}/policyFragments`, (fragments) => {
      for (const { name, properties } of fragments) {
        const path = `${folder}policyFragments/${name}`;
        this.information(`${path}/policyFragmentInformation.json`, { description: properties["description"] });
        this.document(`${base}/policyFragments/${encodeURIComponent(name)}`, `${path}/policy.xml`);
      }
    });
    this.policy(base, folder);
    this.list(`${base}/subscriptions`, (subscriptions) => {
      for (const resource of subscriptions) this.subscriptions.push({ folder, base, resource });
    });
  }

  private workspaces(): void {
    const { root } = this.scope;
    this.list(`${root}/workspaces`, (workspaces) => {
      for (const { name, properties } of workspaces) {
        const folder = `workspaces/${name}/`;
        this.information(`${folder}workspaceInformation.json`, properties);
        const base = `${root}/workspaces/${encodeURIComponent(name)}`;
        this.level(base, folder);
        this.apis(base, folder, null);
      }
    });
  }

  private gateway(name: string, properties: Resource["properties"], then: (apis: Set<string>) => void = () => undefined): void {
    this.information(`gateways/${name}/gatewayInformation.json`, properties);
    this.list(`${this.scope.root}/gateways/${encodeURIComponent(name)}/apis`, (apis) => {
      this.links(`gateways/${name}/apis.json`, apis);
      then(new Set(apis.map((api) => plainId(api.name))));
    });
  }

  /** @param only the ids of those that are meant; null for all */
  private apis(base: string, folder: string, only: ReadonlySet<string> | null): void {
    this.list(`${base}/apis`, (apis) => {
      for (const { name, properties } of apis) {
        if (only !== null && !only.has(plainId(name))) continue;
        // The current revision is there under its plain name.
        if (revisionIn(name) !== null && properties["isCurrent"] === true) continue;
        this.served.add(name);
        this.api(`${base}/apis/${encodeURIComponent(name)}`, `${folder}apis/${name}/`, properties);
      }
    });
    this.list(`${base}/products`, (products) => {
      for (const { name, properties } of products) {
        const path = `${base}/products/${encodeURIComponent(name)}`;
        const place = `${folder}products/${name}/`;
        this.list(`${path}/apis`, (linked) => {
          const apis = linked.filter((api) => only === null || only.has(plainId(api.name)));
          if (only !== null && apis.length === 0) return;
          this.products.add(name);
          this.information(`${place}productInformation.json`, properties);
          this.links(`${place}apis.json`, apis);
          this.list(`${path}/groups`, (groups) => this.links(`${place}groups.json`, groups));
          this.policy(path, place);
        });
      }
    });
  }

  private api(path: string, place: string, properties: Resource["properties"]): void {
    this.information(`${place}apiInformation.json`, properties);
    this.policy(path, place);
    this.list(`${path}/diagnostics`, (diagnostics) => {
      for (const { name, properties: own } of diagnostics)
        this.information(`${place}diagnostics/${name}/diagnosticInformation.json`, own);
    });
    const type = String(properties["type"] ?? properties["apiType"] ?? "http");
    if (type === "graphql") return this.graphql(path, place);
    if (type === "mcp" || type === "a2a" || type === "websocket") return;
    this.list(`${path}/operations`, (operations) => {
      for (const { name, properties: own } of operations) {
        this.information(`${place}operations/${name}/operationInformation.json`, own);
        this.policy(`${path}/operations/${encodeURIComponent(name)}`, `${place}operations/${name}/`);
      }
    });
  }

  private graphql(path: string, place: string): void {
    this.list(`${path}/schemas`, (schemas) => {
      for (const { name, properties } of schemas) this.information(`${place}schemas/${name}/schemaInformation.json`, properties);
    });
    this.list(`${path}/resolvers`, (resolvers) => {
      for (const { name, properties } of resolvers) {
        this.information(`${place}resolvers/${name}/resolverInformation.json`, properties);
        this.policy(`${path}/resolvers/${encodeURIComponent(name)}`, `${place}resolvers/${name}/`);
      }
    });
  }

  private policy(base: string, folder: string): void {
    this.document(`${base}/policies/policy`, `${folder}policy.xml`);
  }

  /** A document as it was written, if there is one. */
  private document(path: string, file: string): void {
    this.queue.ask("GET", `${path}?format=rawxml&api-version=${API_VERSION}`, (answer) => {
      if (answer.status === 404) return;
      expectFound(path, answer);
      const { properties } = (answer.body ?? {}) as { properties?: { value?: unknown } };
      if (typeof properties?.value !== "string") throw new Error(`Invalid answer to ${path}: expected a document.`);
      this.artifacts.files.set(file, properties.value);
    });
  }

  private secret(path: string, file: string, then: (body: Readonly<Record<string, unknown>>) => void): void {
    this.queue.ask("POST", this.path(path), (answer) => {
      if (answer.status === 200 && typeof answer.body === "object" && answer.body !== null)
        return then(answer.body as Readonly<Record<string, unknown>>);
      const what = path.slice(this.scope.root.length + 1);
      this.artifacts.problems.push({ file, problem: artifactProblems.notAnswered(what, answer.status) });
    });
  }

  /** A kind that the instance's tier does not have is none. */
  private list(path: string, each: (resources: readonly Resource[]) => void): void {
    this.queue.list(this.path(path), (items) => {
      for (const { name } of items ?? [])
        if (!isName(name)) throw new Error(`Invalid name in the answer to ${path}: expected one that can be a file's.`);
      each(items ?? []);
    });
  }

  private path(path: string): string {
    return `${path}?api-version=${API_VERSION}`;
  }

  private information(file: string, properties: Readonly<Record<string, unknown>>): void {
    this.artifacts.files.set(file, `${JSON.stringify({ properties }, null, 2)}\n`);
  }

  private links(file: string, resources: readonly Resource[]): void {
    this.artifacts.files.set(
      file,
      `${JSON.stringify(
        resources.map(({ name }) => ({ name })),
        null,
        2,
      )}\n`,
    );
  }
}

const USER_TEXTS = ["email", "firstName", "lastName", "note", "state", "registrationDate"];

function userOf(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const texts = USER_TEXTS.filter((name) => typeof properties[name] === "string" && properties[name] !== "");
  return Object.fromEntries(texts.map((name) => [name, properties[name]]));
}
