import { expressionError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import { text } from "../../policy/schema.js";
import { currentMessage } from "../messages.js";
import { daprAttributes, daprErrors, postToDapr } from "./dapr.js";
import { integrationProblems } from "./problems.js";
import { writtenContent } from "./written-content.js";

const topicAlone = expressionError(
  "pubsub-name is left out, and topic does not name the component",
  "The topic '{topic}' does not name its pub/sub component: write pubsub-name/topic-name, or give pubsub-name.",
);

/** The policy publish-to-dapr. */
export const publishToDapr = definePolicy({
  name: "publish-to-dapr",
  category: "integration",
  summary: "Publishes a message to a Dapr pub/sub topic through the sidecar.",
  remarks: [
    "Posts the content to `/v1.0/publish/{pubsub-name}/{topic}` of the sidecar at `deployment.daprUrl`, `http://localhost:3500` by default, and waits for its answer.",
  ],
  readings: ["without content-type the content is sent as application/json", "every status from 300 is an error"],
  sections: ["inbound"],
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    "pubsub-name": text({ expressions: true, notes: "Pub/sub component; without it topic must be pubsub-name/topic-name." }),
    topic: text({ required: true, expressions: true, notes: "The topic." }),
    ...daprAttributes,
  },
  children: {},
  content: "raw",
  text: { type: "object", expressions: true },
  errors: [...daprErrors, topicAlone],
  compile(element, compiler) {
    const { "pubsub-name": component, topic, template } = element.attributes;
    const content = writtenContent(element, compiler, currentMessage(compiler.section), template !== null);
    if (component === null && topic.literal !== undefined && !topic.literal.includes("/") && !topic.literal.includes("{{"))
      compiler.report(integrationProblems.topicAlone());
    return async (exchange) => {
      const name = topic.get(exchange).trim();
      const first = component?.get(exchange).trim() ?? "";
      if (first === "" && !name.includes("/")) throw topicAlone.error({ topic: name.slice(0, 200) });
      const segments = ["publish", ...(first === "" ? [] : [first]), name];
      return postToDapr(element, exchange, segments, await content(exchange));
    };
  },
});
