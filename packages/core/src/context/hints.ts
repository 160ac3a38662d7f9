import type { HostHints } from "@turnpike/expressions";

/** What is known of `context` beyond its types: by it `turnpike check` warns of what compiles and yet may fail. */
export const contextHints: HostHints = {
  mayBeNull: {
    "IProxyContext.Subscription": "without a valid subscription key",
    "IProxyContext.Product": "for subscriptions to an API or to all APIs, and for calls without a product",
    "IProxyContext.User": "for calls without a subscription, and for subscriptions without an owner",
    "IProxyContext.Workspace": "for APIs outside of workspaces",
    "IRequest.Certificate": "if the caller presented no certificate",
    "IJwt.ExpirationTime": "in tokens without exp",
  },
  throwsWhenAbsent: {
    "IRequest.Headers": 'Use GetValueOrDefault("name", "default"), or test ContainsKey first.',
    "IResponse.Headers": 'Use GetValueOrDefault("name", "default"), or test ContainsKey first.',
    "IUrl.Query": 'Use GetValueOrDefault("name", "default"), or test ContainsKey first.',
    "Jwt.Claims": 'Use GetValueOrDefault("name", "default"), or test ContainsKey first.',
  },
  nullWithoutDefault: {
    "PolicyExtensions.GetValueOrDefault": 'Give it a default: GetValueOrDefault("name", "").',
  },
};
