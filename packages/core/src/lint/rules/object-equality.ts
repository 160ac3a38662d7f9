import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const when = (left: string): string =>
  policies({
    inbound: `<base />
<set-variable name="role" value="@(context.Request.Headers.GetValueOrDefault("X-Role", "guest").ToLower())" />
<choose>
  <when condition="@(${left} == "admin")">
    <set-backend-service base-url="https://admin.internal" />
  </when>
</choose>`,
  });

/** `==` that compares references: found where expressions are bound. */
export const objectEquality = defineRule({
  id: "object-equality",
  severity: "warning",
  summary: "`==` or `!=` between operands of type object, or object and string",
  why: "C# compares references where one side is an object (CS0252, CS0253): two texts that read the same are not equal then, unless they happen to be one object.",
  remedy: 'Cast the object, `(string)context.Variables["role"]`, or use Equals.',
  examples: { bad: when('context.Variables["role"]'), good: when('(string)context.Variables["role"]') },
  codes: ["CS0252", "CS0253", "TP1304"],
});
