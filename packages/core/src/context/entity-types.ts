import { type CallSite, defineEnum, defineType, withCall } from "@turnpike/expressions";
import { DateTime, List, type NetObject, X509Certificate2 } from "@turnpike/expressions/values";
import type {
  ApiModel,
  BackendModel,
  CertificateModel,
  DeploymentModel,
  GroupModel,
  OperationModel,
  ProductModel,
  SubscriptionModel,
  UserModel,
  WorkspaceModel,
} from "../model/model.js";
import type { LastError } from "../policy/exchange.js";
import { dictionaryOf } from "./dictionary.js";
import { ModelView } from "./model-view.js";
import type { ContextSource } from "./source.js";
import { UrlView } from "./url.js";

const IEnumerable = "System.Collections.Generic.IEnumerable";

/** A list of objects as `IEnumerable<T>`. */
function listOf(site: CallSite, type: string, items: readonly unknown[]): List {
  site.run.allocate(items.length);
  return new List(site.scope.find(type)!, [...items]);
}

const moment = (milliseconds: number | null): DateTime | null =>
  milliseconds === null ? null : DateTime.fromUnixMilliseconds(milliseconds);

const keyNamesType = defineType("interface ISubscriptionKeyParameterNames", {
  "string Header { get; }": ({ model }: ModelView<ApiModel["subscriptionKeyParameterNames"]>) => model.header,
  "string Query { get; }": ({ model }: ModelView<ApiModel["subscriptionKeyParameterNames"]>) => model.query,
});

type Api = ModelView<ApiModel>;

const apiBaseType = defineType("interface IApi", {
  "string Id { get; }": ({ model }: Api) => model.id,
  "string Name { get; }": ({ model }: Api) => model.name,
  "string Path { get; }": ({ model }: Api) => model.path,
  [`${IEnumerable}<string> Protocols { get; }`]: withCall((site: CallSite, { model }: Api) =>
    listOf(site, "System.String", model.protocols),
  ),
  "IUrl ServiceUrl { get; }": ({ model }: Api) => (model.serviceUrl === null ? null : new UrlView(model.serviceUrl)),
  "ISubscriptionKeyParameterNames SubscriptionKeyParameterNames { get; }": ({ model }: Api) =>
    new ModelView(keyNamesType, model.subscriptionKeyParameterNames),
});

const contextApiType = defineType("interface IContextApi : IApi", {
  "bool IsCurrentRevision { get; }": ({ model }: Api) => model.isCurrentRevision,
  "string Revision { get; }": ({ model }: Api) => model.revision,
  "string Version { get; }": ({ model }: Api) => model.version,
  "IWorkspace Workspace { get; }": ({ model }: Api) =>
    model.workspace === null ? null : new ModelView(workspaceType, model.workspace),
});

/** An API as an expression sees it. */
export function apiView(api: ApiModel, source: ContextSource): ModelView<ApiModel> {
  return new ModelView(contextApiType, api, source);
}

const backendTypeEnum = defineEnum("BackendType", { Single: 0, Pool: 1 });

/** The type of `context.Backend`. */
export const backendType = defineType("interface IBackend", {
  "string AzureRegion { get; }": ({ model }: ModelView<BackendModel>) => model.azureRegion,
  "string Id { get; }": ({ model }: ModelView<BackendModel>) => model.id,
  "BackendType Type { get; }": ({ model }: ModelView<BackendModel>) => (model.type === "Pool" ? 1 : 0),
});

const gatewayType = defineType("interface IGateway", {
  "string Id { get; }": ({ model }: ModelView<DeploymentModel>) => model.gatewayId,
  "string InstanceId { get; }": ({ model }: ModelView<DeploymentModel>) => model.instanceId,
  "bool IsManaged { get; }": ({ model }: ModelView<DeploymentModel>) => model.gatewayId === "managed",
});

const carbonEnum = defineEnum("CarbonIntensityCategory", {
  NotAvailable: 0,
  VeryLow: 1,
  Low: 2,
  Medium: 3,
  High: 4,
  VeryHigh: 5,
});

const sustainabilityType = defineType("interface ISustainabilityInfo", {
  "CarbonIntensityCategory CurrentCarbonIntensity { get; }": () => 0,
});

/** Certificates of the configuration as objects, made once: their private keys are read from PEM. */
const certificates = new WeakMap<CertificateModel, X509Certificate2>();

function certificateOf(model: CertificateModel): X509Certificate2 {
  let certificate = certificates.get(model);
  if (certificate === undefined) {
    const { pfx, passphrase } = model.tls;
    certificate =
      pfx === undefined
        ? X509Certificate2.of(model.der, model.tls)
        : X509Certificate2.import(pfx, passphrase ?? null, () => undefined);
    certificates.set(model, certificate);
  }
  return certificate;
}

/** The type of `context.Deployment`. */
export const deploymentType = defineType("interface IDeployment", {
  "System.Collections.Generic.IReadOnlyDictionary<string, X509Certificate2> Certificates { get; }": withCall(
    (site: CallSite, { source }: ModelView<DeploymentModel>) => {
      const all = source!.configuration.certificates;
      return dictionaryOf(site, "System.Security.Cryptography.X509Certificates.X509Certificate2", {
        size: all.size,
        find(id) {
          const found = all.get(id);
          return found === undefined ? undefined : certificateOf(found);
        },
        *entries() {
          for (const [id, model] of all) yield [id, certificateOf(model)];
        },
      });
    },
  ),
  "IGateway Gateway { get; }": ({ model }: ModelView<DeploymentModel>) => new ModelView(gatewayType, model),
  "string GatewayId { get; }": ({ model }: ModelView<DeploymentModel>) => model.gatewayId,
  "string Region { get; }": ({ model }: ModelView<DeploymentModel>) => model.region,
  "string ServiceId { get; }": ({ model }: ModelView<DeploymentModel>) => model.serviceId,
  "string ServiceName { get; }": ({ model }: ModelView<DeploymentModel>) => model.serviceName,
  "ISustainabilityInfo SustainabilityInfo { get; }": () => null,
});

/** The type of `context.LastError`. */
export const lastErrorType = defineType("interface ILastError", {
  "string Source { get; }": ({ model }: ModelView<LastError>) => model.source,
  "string Reason { get; }": ({ model }: ModelView<LastError>) => model.reason,
  "string Message { get; }": ({ model }: ModelView<LastError>) => model.message,
  "string Scope { get; }": ({ model }: ModelView<LastError>) => model.scope,
  "string Section { get; }": ({ model }: ModelView<LastError>) => model.section,
  "string Path { get; }": ({ model }: ModelView<LastError>) => model.path,
  "string PolicyId { get; }": ({ model }: ModelView<LastError>) => model.policyId,
  "int HttpErrorCode { get; }": ({ model }: ModelView<LastError>) => model.status,
});

/** The type of `context.Operation`. */
export const operationType = defineType("interface IOperation", {
  "string Id { get; }": ({ model }: ModelView<OperationModel>) => model.id,
  "string Method { get; }": ({ model }: ModelView<OperationModel>) => model.method,
  "string Name { get; }": ({ model }: ModelView<OperationModel>) => model.name,
  "string UrlTemplate { get; }": ({ model }: ModelView<OperationModel>) => model.urlTemplate,
});

const groupType = defineType("interface IGroup", {
  "string Id { get; }": ({ model }: ModelView<GroupModel>) => model.id,
  "string Name { get; }": ({ model }: ModelView<GroupModel>) => model.name,
});

const groupsOf = (site: CallSite, groups: readonly GroupModel[]): NetObject =>
  listOf(
    site,
    "IGroup",
    groups.map((group) => new ModelView(groupType, group)),
  );

const productStateEnum = defineEnum("ProductState", { NotPublished: 0, Published: 1 });

type Product = ModelView<ProductModel>;

/** The type of `context.Product`. */
export const productType = defineType("interface IProduct", {
  [`${IEnumerable}<IApi> Apis { get; }`]: withCall((site: CallSite, { model, source }: Product) => {
    const apis = model.apis.flatMap((id) => source!.configuration.apis.get(id) ?? []);
    return listOf(
      site,
      "IApi",
      apis.map((api) => apiView(api, source!)),
    );
  }),
  "bool ApprovalRequired { get; }": ({ model }: Product) => model.approvalRequired,
  [`${IEnumerable}<IGroup> Groups { get; }`]: withCall((site: CallSite, { model }: Product) => groupsOf(site, model.groups)),
  "string Id { get; }": ({ model }: Product) => model.id,
  "string Name { get; }": ({ model }: Product) => model.name,
  "ProductState State { get; }": ({ model }: Product) => (model.state === "published" ? 1 : 0),
  "int? SubscriptionsLimit { get; }": ({ model }: Product) => model.subscriptionsLimit,
  "int? SubscriptionLimit { get; }": ({ model }: Product) => model.subscriptionsLimit,
  "bool SubscriptionRequired { get; }": ({ model }: Product) => model.subscriptionRequired,
});

type Subscription = ModelView<SubscriptionModel>;

/** The type of `context.Subscription`. */
export const subscriptionType = defineType("interface ISubscription", {
  "System.DateTime CreatedDate { get; }": ({ model }: Subscription) => moment(model.createdDate),
  "System.DateTime CreatedTime { get; }": ({ model }: Subscription) => moment(model.createdDate),
  "System.DateTime? EndDate { get; }": ({ model }: Subscription) => moment(model.endDate),
  "string Id { get; }": ({ model }: Subscription) => model.id,
  "string Key { get; }": ({ model, source }: Subscription) => source?.subscriptionKey ?? model.primaryKey,
  "string Name { get; }": ({ model }: Subscription) => model.name,
  "string PrimaryKey { get; }": ({ model }: Subscription) => model.primaryKey,
  "string SecondaryKey { get; }": ({ model }: Subscription) => model.secondaryKey,
  "System.DateTime? StartDate { get; }": ({ model }: Subscription) => moment(model.startDate),
});

type Identity = ModelView<UserModel["identities"][number]>;

const identityType = defineType("interface IUserIdentity", {
  "string Id { get; }": ({ model }: Identity) => model.id,
  "string Provider { get; }": ({ model }: Identity) => model.provider,
});

type User = ModelView<UserModel>;

/** The type of `context.User`. */
export const userType = defineType("interface IUser", {
  "string Email { get; }": ({ model }: User) => model.email,
  "string FirstName { get; }": ({ model }: User) => model.firstName,
  [`${IEnumerable}<IGroup> Groups { get; }`]: withCall((site: CallSite, { model }: User) => groupsOf(site, model.groups)),
  "string Id { get; }": ({ model }: User) => model.id,
  [`${IEnumerable}<IUserIdentity> Identities { get; }`]: withCall((site: CallSite, { model }: User) =>
    listOf(
      site,
      "IUserIdentity",
      model.identities.map((identity) => new ModelView(identityType, identity)),
    ),
  ),
  "string LastName { get; }": ({ model }: User) => model.lastName,
  "string Note { get; }": ({ model }: User) => model.note,
  "System.DateTime RegistrationDate { get; }": ({ model }: User) => moment(model.registrationDate),
});

/** The type of `context.Workspace`. */
export const workspaceType = defineType("interface IWorkspace", {
  "string Id { get; }": ({ model }: ModelView<WorkspaceModel>) => model.id,
  "string Name { get; }": ({ model }: ModelView<WorkspaceModel>) => model.name,
});

/** Entities of the configuration. */
export const entityTypes = [
  keyNamesType,
  apiBaseType,
  contextApiType,
  backendTypeEnum,
  backendType,
  gatewayType,
  carbonEnum,
  sustainabilityType,
  deploymentType,
  lastErrorType,
  operationType,
  groupType,
  productStateEnum,
  productType,
  subscriptionType,
  identityType,
  userType,
  workspaceType,
];
