import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import ts from "typescript";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { runCommand } from "#adapters/cli/commands/run.js";
import { variableOf } from "#adapters/cli/run/settings.js";
import { running, turnpike } from "./support.js";

// TypeScript reads the types of Kubernetes, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
afterEach(() => void vi.unstubAllEnvs());

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = join(root, "docs/deploy/kubernetes");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** A resource as its file has it. */
interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Labels };
  // biome-ignore lint/suspicious/noExplicitAny: its schema holds it, not a type.
  readonly spec: any; // oxlint-disable-line typescript/no-explicit-any
}
type Labels = Readonly<Record<string, string>>;

const kustomization = parseAllDocuments(readFileSync(join(folder, "kustomization.yaml"), "utf8"))[0]!.toJS() as {
  readonly resources: readonly string[];
};
const resources = kustomization.resources.flatMap((file) =>
  parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => document.toJS({}) as Resource),
);
const named = (kind: string, name = "turnpike"): Resource =>
  resources.find((resource) => resource.kind === kind && resource.metadata.name === name)!;

/** The module that has the model of a kind, and the class. */
const MODELS: Readonly<Record<string, readonly [string, new (data: never) => { validate(): void }]>> = {
  Deployment: ["kubernetes-models/apps/v1/Deployment", Deployment],
  HorizontalPodAutoscaler: ["kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler],
  NetworkPolicy: ["kubernetes-models/networking.k8s.io/v1/NetworkPolicy", NetworkPolicy],
  PodDisruptionBudget: ["kubernetes-models/policy/v1/PodDisruptionBudget", PodDisruptionBudget],
  Service: ["kubernetes-models/v1/Service", Service],
  ServiceAccount: ["kubernetes-models/v1/ServiceAccount", ServiceAccount],
  ServiceMonitor: ["@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor],
};

/** What TypeScript says of resources as values of Kubernetes' types: it also finds fields that are not there, which the schemas let pass. */
function misfits(values: readonly object[]): string[] {
  const lines = values.map((value, index) => {
    const { kind } = value as Resource;
    return `import type { I${kind} as T${index} } from "${MODELS[kind]![0]}";\nexport const value${index}: T${index} = ${JSON.stringify(value)};`;
  });
  const file = join(root, "test/adapters/cli/manifests.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
  };
  const files = ts.createCompilerHost(options);
  const text = lines.join("\n");
  const host: ts.CompilerHost = {
    ...files,
    getSourceFile: (name, ...rest) =>
      name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : files.getSourceFile(name, ...rest),
    fileExists: (name) => name === file || files.fileExists(name),
    readFile: (name) => (name === file ? text : files.readFile(name)),
  };
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const pod = named("Deployment").spec.template;
const [container] = pod.spec.containers;
const env = container.env as { readonly name: string; readonly value?: string }[];
const settingOf = (name: string): string => env.find((variable) => variable.name === name)!.value!;

/** Variables of the command, from its own table, and the one key that is no option. */
const variables = new Set([...Object.keys(runCommand.options).map(variableOf), "TURNPIKE_ADMIN_KEY"]);

describe("the manifests", () => {
  it("name every file of their folder", () => {
    expect(readdirSync(folder).sort()).toEqual(["gateway.yaml", "kustomization.yaml", ...kustomization.resources].sort());
  });

  it.each(resources.map((resource) => [`${resource.kind} ${resource.metadata.name}`, resource] as const))(
    "hold a valid %s",
    (_name, resource) => {
      const [, Model] = MODELS[resource.kind]!;
      expect(() => new Model(resource as never).validate()).not.toThrow();
    },
  );

  it("have no field that Kubernetes does not know", () => {
    expect(misfits(resources)).toEqual([]);
    const broken = structuredClone(named("Deployment"));
    broken.spec.template.spec.containers[0].readynessProbe = {};
    expect(misfits([broken]).join()).toContain("readynessProbe");
  });

  it("use options and variables that 'turnpike run' has", () => {
    const options = (container.args as string[]).filter((arg) => arg.startsWith("--")).map((arg) => arg.slice(2));
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((name) => runCommand.options[name] === undefined)).toEqual([]);
    expect(env.map(({ name }) => name).filter((name) => !variables.has(name))).toEqual([]);
  });

  it("open the ports that the command listens on", () => {
    const ports = Object.fromEntries(
      (container.ports as { name: string; containerPort: number }[]).map(({ name, containerPort }) => [
        name,
        String(containerPort),
      ]),
    );
    expect(ports).toEqual({ http: settingOf("TURNPIKE_PORT"), admin: settingOf("TURNPIKE_ADMIN").split(":")[1] });
    const reached = [
      ...resources
        .filter(({ kind }) => kind === "Service")
        .flatMap(({ spec }) => spec.ports.map((port: { targetPort: string }) => port.targetPort)),
      ...named("NetworkPolicy").spec.ingress.flatMap((rule: { ports: { port: string }[] }) => rule.ports.map(({ port }) => port)),
      ...["startupProbe", "livenessProbe", "readinessProbe"].map((probe) => container[probe].httpGet.port),
    ];
    expect(reached.filter((port) => ports[port] === undefined)).toEqual([]);
  });

  it("select pods and services that are there", () => {
    const selects = (selector: Labels, labels: Labels): boolean =>
      Object.entries(selector).every(([key, value]) => labels[key] === value);
    const selectors: Labels[] = [
      named("Deployment").spec.selector.matchLabels,
      named("PodDisruptionBudget").spec.selector.matchLabels,
      named("NetworkPolicy").spec.podSelector.matchLabels,
      ...resources.filter(({ kind }) => kind === "Service").map(({ spec }) => spec.selector),
      ...pod.spec.topologySpreadConstraints.map(
        (spread: { labelSelector: { matchLabels: Labels } }) => spread.labelSelector.matchLabels,
      ),
    ];
    expect(selectors.filter((selector) => !selects(selector, pod.metadata.labels))).toEqual([]);
    const { selector, endpoints } = named("ServiceMonitor").spec;
    const found = resources.filter(
      ({ kind, metadata }) => kind === "Service" && selects(selector.matchLabels, metadata.labels ?? {}),
    );
    expect(found.map(({ metadata }) => metadata.name)).toEqual(["turnpike-admin"]);
    expect(endpoints[0].port).toBe(found[0]!.spec.ports[0].name);
  });

  it("leave the time to drain", () => {
    const args = container.args as string[];
    const seconds = ["--drain-wait", "--drain-timeout"].map((option) => Number(args[args.indexOf(option) + 1]));
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(seconds[0]! + seconds[1]!);
  });

  it("mount a configuration that 'turnpike check' accepts", async () => {
    expect(container.args[0]).toBe(`${container.volumeMounts[0].mountPath}/gateway.yaml`);
    expect(await turnpike("check", join(folder, "gateway.yaml"))).toMatchObject({ code: 0 });
  });

  it("ask for probes and metrics where the command serves them", async () => {
    const key = "k".repeat(32);
    vi.stubEnv("TURNPIKE_ADMIN_KEY", key);
    const { url, urlOf, stop } = await running(join(folder, "gateway.yaml"), "--admin", "127.0.0.1:0");
    try {
      expect(await (await fetch(`${url}/hello`)).text()).toBe("hello");
      const admin = urlOf("admin");
      for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"])
        expect((await fetch(admin + container[probe].httpGet.path)).status, probe).toBe(200);
      const { path, authorization } = named("ServiceMonitor").spec.endpoints[0];
      const asked = { headers: { Authorization: `${authorization.type} ${key}` } };
      expect((await fetch(admin + path)).status).toBe(401);
      expect((await fetch(admin + path, asked)).status).toBe(200);
    } finally {
      await stop();
    }
  });

  const hasKubectl = (): boolean => {
    try {
      return execFileSync("kubectl", ["version", "--client"], { stdio: "ignore" }) === null;
    } catch {
      return false;
    }
  };

  it.runIf(hasKubectl())("are what kustomize puts together, with the configuration beside them", () => {
    const built = parseAllDocuments(execFileSync("kubectl", ["kustomize", folder], { encoding: "utf8" })).map(
      (document) => document.toJS() as Resource,
    );
    expect(built.map(({ kind }) => kind).sort()).toEqual([...resources.map(({ kind }) => kind), "ConfigMap"].sort());
    const { volumes } = built.find(({ kind }) => kind === "Deployment")!.spec.template.spec;
    expect(volumes[0].configMap.name).toBe(built.find(({ kind }) => kind === "ConfigMap")!.metadata.name);
  });
});

describe("the image", () => {
  const file = read("docs/deploy/Containerfile");

  it("sets variables that 'turnpike run' has", () => {
    const set = [...file.matchAll(/\b(TURNPIKE_[A-Z_]+)/g)].map(([, name]) => name!);
    expect(set.length).toBeGreaterThan(3);
    expect(set.filter((name) => !variables.has(name))).toEqual([]);
  });

  it("starts the command that the package has, as the user of the manifests", () => {
    const { bin } = JSON.parse(read("packages/adapters/package.json")) as { bin: { turnpike: string } };
    const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(file)![1]!) as string[];
    expect(entry.slice(1)).toEqual([join("/opt/turnpike/node_modules/@turnpike/adapters", bin.turnpike), "run"]);
    expect(/^USER (\d+):/m.exec(file)![1]).toBe(String(pod.spec.securityContext.runAsUser));
    expect(/^EXPOSE (\d+)$/m.exec(file)![1]).toBe(settingOf("TURNPIKE_PORT"));
  });

  it("is healthy while the admin listener says that the gateway is ready, and not otherwise", async () => {
    const [, flag, script] = JSON.parse(/^HEALTHCHECK .* CMD (.*)$/m.exec(file)![1]!) as [string, string, string];
    const codeWith = async (address: string): Promise<number> => {
      const child = spawn(process.execPath, [flag, script], {
        env: { ...process.env, TURNPIKE_ADMIN: address },
        stdio: "ignore",
      });
      return ((await once(child, "exit")) as [number])[0];
    };
    const { urlOf, stop } = await running(join(folder, "gateway.yaml"), "--admin", "127.0.0.1:0");
    const { host } = new URL(urlOf("admin"));
    try {
      expect(await codeWith(host)).toBe(0);
    } finally {
      await stop();
    }
    expect(await codeWith(host)).toBe(1);
  });
});
