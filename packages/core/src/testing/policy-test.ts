import { keptRecorder } from "./coverage/kept.js";
import type { PolicyTestOptions } from "./policy-test-options.js";
import { type PolicyTest, TestSubject } from "./world.js";

export type { TestRequest } from "./operation-request.js";
export type { PolicyTest } from "./world.js";

/**
 * Puts a policy, fragment or gateway into a world of its own: clock, backends, identity provider and stores live in the test. Works in
 * any test runner.
 *
 *     const policy = await policyTest({ policy: { file: "payments.xml" }, namedValues: { audience: "api://payments" } });
 *     const outcome = await policy.send({ url: "https://api.example/payments" });
 *
 * @throws ConfigurationError with every error of the documents
 */
export async function policyTest(options: PolicyTestOptions): Promise<PolicyTest> {
  const { coverage } = options;
  const probes = coverage === undefined || coverage === false ? null : keptRecorder(coverage);
  return new TestSubject(options, { probes }).open();
}
