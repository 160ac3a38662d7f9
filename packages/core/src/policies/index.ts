import type { PolicyDefinition } from "../policy/define.js";
import { llmContentSafety } from "./ai/llm-content-safety.js";
import { llmEmitTokenMetric } from "./ai/llm-emit-token-metric.js";
import { llmSemanticCacheLookup } from "./ai/llm-semantic-cache-lookup.js";
import { llmSemanticCacheStore } from "./ai/llm-semantic-cache-store.js";
import { llmTokenLimit } from "./ai/llm-token-limit.js";
import { authenticationBasic } from "./authentication/authentication-basic.js";
import { authenticationCertificate } from "./authentication/authentication-certificate.js";
import { authenticationManagedIdentity } from "./authentication/authentication-managed-identity.js";
import { checkHeader } from "./authentication/check-header.js";
import { getAuthorizationContext } from "./authentication/get-authorization-context.js";
import { ipFilter } from "./authentication/ip-filter.js";
import { validateAzureAdToken } from "./authentication/validate-azure-ad-token.js";
import { validateClientCertificate } from "./authentication/validate-client-certificate.js";
import { validateJwt } from "./authentication/validate-jwt.js";
import { cacheLookup } from "./caching/cache-lookup.js";
import { cacheLookupValue } from "./caching/cache-lookup-value.js";
import { cacheRemoveValue } from "./caching/cache-remove-value.js";
import { cacheStore } from "./caching/cache-store.js";
import { cacheStoreValue } from "./caching/cache-store-value.js";
import { validateContent } from "./content-validation/validate-content.js";
import { validateGraphqlRequest } from "./content-validation/validate-graphql-request.js";
import { validateHeaders } from "./content-validation/validate-headers.js";
import { validateOdataRequest } from "./content-validation/validate-odata-request.js";
import { validateParameters } from "./content-validation/validate-parameters.js";
import { validateStatusCode } from "./content-validation/validate-status-code.js";
import { base } from "./control-flow/base.js";
import { choose } from "./control-flow/choose.js";
import { includeFragment } from "./control-flow/include-fragment.js";
import { retry } from "./control-flow/retry.js";
import { wait } from "./control-flow/wait.js";
import { cors } from "./cross-domain/cors.js";
import { crossDomain } from "./cross-domain/cross-domain.js";
import { jsonp } from "./cross-domain/jsonp.js";
import { cosmosdbDataSource } from "./graphql/cosmosdb-data-source.js";
import { httpDataSource } from "./graphql/http-data-source.js";
import { publishEvent } from "./graphql/publish-event.js";
import { sqlDataSource } from "./graphql/sql-data-source.js";
import { invokeDaprBinding } from "./integration/invoke-dapr-binding.js";
import { logToEventhub } from "./integration/log-to-eventhub.js";
import { publishToDapr } from "./integration/publish-to-dapr.js";
import { sendOneWayRequest } from "./integration/send-one-way-request.js";
import { sendRequest } from "./integration/send-request.js";
import { sendServiceBusMessage } from "./integration/send-service-bus-message.js";
import { emitMetric } from "./logging/emit-metric.js";
import { trace } from "./logging/trace.js";
import { limitConcurrency } from "./rate-limiting/limit-concurrency.js";
import { quota } from "./rate-limiting/quota.js";
import { quotaByKey } from "./rate-limiting/quota-by-key.js";
import { rateLimit } from "./rate-limiting/rate-limit.js";
import { rateLimitByKey } from "./rate-limiting/rate-limit-by-key.js";
import { forwardRequest } from "./routing/forward-request.js";
import { proxy } from "./routing/proxy.js";
import { setBackendService } from "./routing/set-backend-service.js";
import { setBackendServiceDapr } from "./routing/set-backend-service-dapr.js";
import { findAndReplace } from "./transformation/find-and-replace.js";
import { jsonToXml } from "./transformation/json-to-xml.js";
import { mockResponse } from "./transformation/mock-response.js";
import { redirectContentUrls } from "./transformation/redirect-content-urls.js";
import { returnResponse } from "./transformation/return-response.js";
import { rewriteUri } from "./transformation/rewrite-uri.js";
import { setBody } from "./transformation/set-body.js";
import { setHeader } from "./transformation/set-header.js";
import { setMethod } from "./transformation/set-method.js";
import { setQueryParameter } from "./transformation/set-query-parameter.js";
import { setStatus } from "./transformation/set-status.js";
import { setVariable } from "./transformation/set-variable.js";
import { xmlToJson } from "./transformation/xml-to-json.js";
import { xslTransform } from "./transformation/xsl-transform.js";

/** The policies that come with Turnpike, by element name. */
export const builtinPolicies: readonly PolicyDefinition[] = [
  authenticationBasic,
  authenticationCertificate,
  authenticationManagedIdentity,
  base,
  cacheLookupValue,
  cacheLookup,
  cacheRemoveValue,
  cacheStoreValue,
  cacheStore,
  checkHeader,
  choose,
  cors,
  cosmosdbDataSource,
  crossDomain,
  emitMetric,
  findAndReplace,
  forwardRequest,
  getAuthorizationContext,
  httpDataSource,
  includeFragment,
  ipFilter,
  jsonToXml,
  jsonp,
  limitConcurrency,
  llmContentSafety,
  llmEmitTokenMetric,
  llmSemanticCacheLookup,
  llmSemanticCacheStore,
  llmTokenLimit,
  logToEventhub,
  mockResponse,
  proxy,
  publishEvent,
  quotaByKey,
  quota,
  rateLimitByKey,
  rateLimit,
  redirectContentUrls,
  retry,
  returnResponse,
  rewriteUri,
  sendOneWayRequest,
  sendRequest,
  setBackendService,
  setBody,
  setHeader,
  setMethod,
  setQueryParameter,
  setStatus,
  setVariable,
  sqlDataSource,
  trace,
  validateAzureAdToken,
  validateClientCertificate,
  validateContent,
  validateGraphqlRequest,
  validateHeaders,
  validateJwt,
  validateOdataRequest,
  validateParameters,
  validateStatusCode,
  invokeDaprBinding,
  publishToDapr,
  sendServiceBusMessage,
  setBackendServiceDapr,
  wait,
  xmlToJson,
  xslTransform,
];
