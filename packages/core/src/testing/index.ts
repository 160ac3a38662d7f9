/**
 * The testing kit: a policy, fragment or gateway in a world of its own.
 *
 *     const policy = await policyTest({ policy: "<policies>…</policies>", backend: [{ reply: { status: 503 } }] });
 *     const outcome = await policy.send({ url: "https://api.example/" });
 */

export type { Probe, ProbeKind, ProbeSite, Probes } from "../compile/probes.js";
export { type AdapterContract, adapterContract, type ContractCase, type MountedServer } from "./contract/index.js";
export type { Conversation } from "./conversation.js";
export { takeKeptCoverage } from "./coverage/kept.js";
export { type CoverageItem, type CoverageQuery, CoverageRecorder, type RecordedItem } from "./coverage/recorder.js";
export { coverageByFile, type FileCoverage, type ReportedItem } from "./coverage/report.js";
export { evaluateExpression } from "./evaluate-expression.js";
export { type FakeBackend, fakeBackend, type RecordedCall } from "./fake-backend.js";
export type { CosmosRule, FakeDatabases, SqlRule } from "./fake-databases.js";
export type { FakeEvent, FakeRule, FakeTurn, RuleCondition, RuleReply } from "./fake-rule.js";
export type { Fault, Faults, FaultTarget, PlannedFault } from "./faults.js";
export type { TestFailure } from "./file/failure.js";
export type {
  CallsModel,
  EventModel,
  ExpectModel,
  FaultModel,
  McpCallModel,
  ReplyModel,
  RequestModel,
  RuleModel,
  StateModel,
  StepModel,
  TestFile,
  TestModel,
  TestTokenModel,
} from "./file/model.js";
export { type ReadTestFile, readTestFile } from "./file/read.js";
export { runTestFile, type TestFileOptions, type TestResult } from "./file/run.js";
export { type FromTraceOptions, policyTestFromTrace, type TestFromTrace } from "./from-trace.js";
export { type IdentityKey, type IdentityProvider, identityProvider, type TokenOptions } from "./identity-provider.js";
export type { CallFacts, TokenFacts } from "./invariants/facts.js";
export type { Violation } from "./invariants/judge.js";
export type { Literals } from "./invariants/literals.js";
export type {
  ApartModel,
  ConditionModel,
  InvariantModel,
  InvariantsFile,
  LimitModel,
  TokenConditionModel,
} from "./invariants/model.js";
export { openProof, type Proof, type Tried } from "./invariants/proof.js";
export { type ReadInvariants, readInvariants } from "./invariants/read.js";
export type { TokenRecipe } from "./invariants/recipes.js";
export type { Surface, SurfaceKey, SurfaceOperation } from "./invariants/surface.js";
export type { Trial, TrialCall, TrialReply, TrialToken } from "./invariants/trial.js";
export { expectOutcome, type MatcherResult, type OutcomeAssertions, outcomeMatchers, type Refusal } from "./matchers.js";
export { type MutantResult, type MutantStatus, type MutationProblem, mutateTestFiles } from "./mutation/mutate.js";
export type { MutationOperator } from "./mutation/operators.js";
export type { Outcome } from "./outcome.js";
export { type PolicyTest, policyTest, type TestRequest } from "./policy-test.js";
export type { PolicyTestOptions, Surroundings } from "./policy-test-options.js";
export type { ReplayDifference } from "./replay/differences.js";
export { type Replay, type ReplayOptions, replayTrace } from "./replay/replay.js";
export { type TriedTest, testFromTrace } from "./replay/tried-test.js";
export type { Replica } from "./replica.js";
export { fileSchemas } from "./schemas.js";
export { type StoreCase, storeContract } from "./store-contract/index.js";
export type { StoreSubject } from "./store-contract/subject.js";
export { type TestClock, testClock } from "./test-clock.js";
export type { TestState } from "./test-state.js";
export type { AnsweredBy, RanStep } from "./watch.js";
