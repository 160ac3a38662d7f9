import { error, type Problem } from "../../diagnostics/problem.js";

/** What can be wrong with a policy that calls or tells another service, by name. */
export const integrationProblems = {
  urlMissing: (policy: string): Problem => error("TP2011", `<${policy}> needs a child <set-url>, unless its mode is copy.`),
  tokenResourceMissing: (): Problem =>
    error("TP2101", "<authentication-token> needs the attribute resource-url, and a managed identity as token-type."),
  topicAlone: (): Problem =>
    error("TP2101", "<publish-to-dapr> needs the attribute pubsub-name, or a topic of the form pubsub-name/topic-name."),
  queueOrTopicMissing: (): Problem => error("TP2101", "<send-service-bus-message> needs one of queue-name and topic-name."),
  queueAndTopic: (): Problem => error("TP2102", "<send-service-bus-message> needs one of queue-name and topic-name."),
  namespaceMissing: (): Problem =>
    error(
      "TP2101",
      "<send-service-bus-message> does not say which namespace it sends to.",
      "Give the attribute namespace, or deployment.serviceBusNamespace in the configuration.",
    ),
  timeToLiveInvalid: (written: string): Problem =>
    error("TP2008", `time-to-live is "${written}": expected a duration such as PT5M or 00:05:00.`),
};
