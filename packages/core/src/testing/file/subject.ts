import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { NamedValueConfiguration, PolicySource } from "../../config/configuration.js";
import { type ConfigurationPath, LoadedConfiguration, scalarOrigin } from "../../config/source.js";
import type { PolicyDefinition } from "../../policy/definition.js";
import { readYaml, type ShapedDocument } from "../../yaml/read-shaped.js";
import { parseUnitDuration } from "../duration.js";
import type { FakeRule, RuleReply } from "../fake-rule.js";
import type { PlannedFault } from "../faults.js";
import type { PolicyTestOptions, Surroundings } from "../policy-test-options.js";
import { surroundingConfiguration } from "../surroundings.js";
import type { TestState } from "../test-state.js";
import { TestSubject } from "../world.js";
import type { FaultModel, ReplyModel, RuleModel, StateModel, TestFile } from "./model.js";

/** What a test file says of the policy and what surrounds it, as options of the kit. */
export function subjectOf(
  data: TestFile,
  file: string,
  {
    text = readFileSync(file, "utf8"),
    policies = [],
    ...given
  }: Omit<NonNullable<ConstructorParameters<typeof TestSubject>[1]>, "configuration"> & {
    readonly text?: string;
    readonly policies?: readonly PolicyDefinition[];
  } = {},
): TestSubject {
  const options = { ...optionsOf(data, file), policies };
  return new TestSubject(options, { ...given, configuration: configurationOf(data, options, file, text) });
}

function configurationOf({ gateway }: TestFile, options: PolicyTestOptions, file: string, text: string): LoadedConfiguration {
  const folder = dirname(resolve(file));
  if (typeof gateway === "string") return LoadedConfiguration.fromFile(resolve(folder, gateway));
  // Texts of a gateway in place are as in a configuration file, relative to the test file.
  if (gateway !== undefined) return LoadedConfiguration.fromPart(text, ["gateway"], file, folder);
  // Places are asked for only where documents stand in the file itself, or something is wrong.
  let document: ShapedDocument | null = null;
  return LoadedConfiguration.fromParts({
    name: file,
    data: surroundingConfiguration(options),
    folder,
    place: (path) => placeIn((document ??= readYaml(text, file)), path, file, text),
    diagnostics: [],
  });
}

/** Where a part of the configuration that was made of the file's `policy`, `inherits` and so on stands in the test file. */
function placeIn(document: ShapedDocument, path: ConfigurationPath, file: string, text: string) {
  const source = sourcePath(path);
  return source === null ? null : { file, ...scalarOrigin(text, document.placeOf(source)) };
}

function sourcePath([first, name, second, ...rest]: ConfigurationPath): ConfigurationPath | null {
  switch (first) {
    case "policy":
      return ["inherits", "global"];
    case "workspaces":
      return ["inherits", "workspace"];
    case "products":
      return second === "policy" ? ["inherits", "product"] : ["context", "product"];
    case "fragments":
    case "namedValues":
      return name === undefined ? [first] : [first, name];
    case "apis":
      if (second === "policy") return ["policy"];
      return second === "operations" && rest[1] === "policy" ? ["operationPolicy"] : ["context", "api"];
    default:
      return null;
  }
}

function optionsOf(data: TestFile, file: string): PolicyTestOptions {
  const folder = dirname(resolve(file));
  const { policy, fragments, inherits, operationPolicy, context } = data;
  return {
    folder,
    ...(policy === undefined ? {} : { policy: sourceOf(policy) }),
    // What stands there is read as a configuration; here it only says that there is one.
    ...(data.gateway === undefined ? {} : { gateway: {} }),
    ...(inherits === undefined ? {} : { inherits: mapValues(inherits, sourceOf) }),
    ...(operationPolicy === undefined ? {} : { operationPolicy: sourceOf(operationPolicy) }),
    ...(fragments === undefined ? {} : { fragments: mapValues(fragments, sourceOf) }),
    ...(data.namedValues === undefined
      ? {}
      : { namedValues: data.namedValues as Readonly<Record<string, NamedValueConfiguration>> }),
    ...(context === undefined ? {} : { context: context as Surroundings }),
    ...(data.clock === undefined ? {} : { clock: data.clock }),
    ...(data.managedIdentity === undefined ? {} : { managedIdentity: data.managedIdentity }),
    ...(data.authorizations === undefined ? {} : { authorizations: data.authorizations }),
    ...(data.state === undefined ? {} : { state: stateOf(data.state) }),
    ...(data.operation === undefined ? {} : { operation: data.operation }),
    ...(data.vault === undefined ? {} : { vault: data.vault }),
    ...(data.replicas === undefined ? {} : { replicas: data.replicas.map((ahead) => parseUnitDuration(ahead)!) }),
    ...(data.gatewayErrors === undefined ? {} : { gatewayErrors: data.gatewayErrors }),
    ...(data.limits === undefined ? {} : { limits: data.limits }),
    ...(data.identity === undefined ? {} : { identity: data.identity as NonNullable<PolicyTestOptions["identity"]> }),
    backend: (data.backend ?? []).map(ruleOf),
    external: (data.external ?? []).map(ruleOf),
    ...(data.dataSources === undefined ? {} : { dataSources: data.dataSources }),
  };
}

/** What a test begins with, its times in milliseconds. */
function stateOf({ counters, cache, circuits, slots }: StateModel): TestState {
  const ms = (duration: string | number | undefined): number => (duration === undefined ? 0 : parseUnitDuration(duration)!);
  return {
    ...(slots === undefined ? {} : { slots }),
    ...(counters === undefined
      ? {}
      : {
          counters: counters.map(({ start, age, ...counter }) => ({
            ...counter,
            age: ms(age),
            start: start === undefined ? null : new Date(start).getTime(),
          })),
        }),
    ...(cache === undefined
      ? {}
      : {
          cache: cache.map(({ key, value, valueBase64, meta, storedAt }) => ({
            key,
            value: valueBase64 === undefined ? (value ?? "") : Buffer.from(valueBase64, "base64"),
            meta,
            ...(storedAt === undefined ? {} : { storedAt: new Date(storedAt).getTime() }),
          })),
        }),
    ...(circuits === undefined
      ? {}
      : {
          circuits: mapValues(circuits, ({ failures, opensIn }) => ({
            ...(failures === undefined ? {} : { failures }),
            ...(opensIn === undefined ? {} : { opensIn: ms(opensIn) }),
          })),
        }),
  };
}

/** A text that begins with `<` is XML; any other is a file. */
const sourceOf = (text: string): PolicySource => (text.trimStart().startsWith("<") ? text : { file: text });

/** A rule of a fake, as a test file writes it. */
export function ruleOf({ when, reply, fail, times }: RuleModel): FakeRule {
  return {
    ...(when === undefined ? {} : { when }),
    ...(reply === undefined ? {} : { reply: Array.isArray(reply) ? reply.map(replyOf) : replyOf(reply as ReplyModel) }),
    ...(fail === undefined ? {} : { fail }),
    ...(times === undefined ? {} : { times }),
  };
}

function replyOf({ delay, bodyBase64, chunks, events, ...rest }: ReplyModel): RuleReply {
  const after = (written: string | number | undefined): number => (written === undefined ? 0 : parseUnitDuration(written)!);
  return {
    ...rest,
    ...(bodyBase64 === undefined ? {} : { body: Buffer.from(bodyBase64, "base64") }),
    ...(chunks === undefined
      ? {}
      : { chunks: chunks.map((part) => (typeof part === "string" ? part : { data: part.data, after: after(part.after) })) }),
    ...(events === undefined
      ? {}
      : { events: events.map((event) => (typeof event === "string" ? event : { ...event, after: after(event.after) })) }),
    ...(delay === undefined ? {} : { delay: after(delay) }),
  };
}

/** A fault, as a test file writes it. */
export function faultOf({ of, next, fail, reply }: FaultModel): PlannedFault {
  const fault = reply === undefined ? fail : replyOf(reply);
  return { of, ...(next === undefined ? {} : { next }), ...(fault === undefined ? {} : { fault }) };
}

function mapValues<V, R>(from: Readonly<Record<string, V | undefined>>, make: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(from).flatMap(([key, value]) => (value === undefined ? [] : [[key, make(value)]])));
}
