import { definePolicy } from "../../policy/define.js";
import { decimal, flag, text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { compileDimensions, completed, dimensionChild } from "./metric-dimension.js";

/** The policy emit-metric. */
export const emitMetric = definePolicy({
  name: "emit-metric",
  category: "logging",
  summary: "Emits a custom metric with dimensions.",
  remarks: [
    "Emits a custom metric to the gateway's telemetry. No effect on the flow. Where no telemetry takes metrics, what is dropped is counted in the log once a minute.",
  ],
  readings: [
    "a default dimension whose object is not there (no product, anonymous caller) keeps its name with an empty value",
    "default dimensions count toward the limit",
    "more than ten dimensions are an error, more than five a warning",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    name: text({ required: true, notes: "The metric's name." }),
    namespace: text({ default: "API Management", notes: "The metric's namespace." }),
    value: decimal({ default: 1, expressions: true, notes: "The sample's value." }),
    "default-dimensions": flag({
      undocumented: "no-effect",
      notes: "Taken by API Management; read as whether default dimensions are added.",
    }),
  },
  children: { dimension: dimensionChild },
  compile(element, compiler) {
    const dimensions = compileDimensions(element.children.dimension, compiler);
    const { name, namespace, value } = element.attributes;
    return (exchange) => {
      exchange.runtime.telemetry.metric({
        namespace: namespace.get(exchange),
        name: name.get(exchange),
        value: value.get(exchange),
        dimensions: completed(dimensions(exchange), exchange),
      });
      return "continue";
    };
  },
});
