export { createMemoryConformancePort } from './conformance/memory-port.ts';
export { type ParsedFixture, parseFixture } from './conformance/parse-fixture.ts';
export {
  type ConformancePort,
  type ObservedSession,
  observeSession,
  type Submission,
} from './conformance/port.ts';
export { type FixtureResult, runFixture } from './conformance/run-fixture.ts';
export { createInProcessEngine, type Envelope, type InProcessEngine } from './in-process-engine.ts';
export { type InternalCommand, type RespondText, readInternalReply, type SendInternal } from './internal.ts';
export { authoriseByVerdict, type DecideText } from './policies/authorise.ts';
export type { AuthorisePolicyWrite, PolicyWriteQuestion } from './policies/authorise-write.ts';
export {
  createPolicyDesk,
  type PolicyDecider,
  type PolicyDesk,
  type PolicyDeskOptions,
  type PolicyHost,
  type PolicyMessage,
  type PolicyReply,
  policyRefusal,
} from './policies/policy-desk.ts';
export {
  createPolicyDirectory,
  type PolicyDirectory,
  type PolicyListener,
} from './policies/policy-directory.ts';
export { type PolicyMessageFacts, readPolicyMessage } from './policies/read-policy-message.ts';
export { errorHeaders, errorText } from './reply-text.ts';
export {
  createSessionDesk,
  readSignal,
  type SessionDecider,
  type SessionDesk,
  type SessionHost,
  type SignalMessage,
  signalErrorText,
} from './sessions/session-desk.ts';
export {
  type DecisionMessage,
  type MessageFacts,
  readDecision,
  readOutcome,
  verdictPartition,
} from './verdicts/read-decision.ts';
export {
  createVerdictDesk,
  type VerdictDecider,
  type VerdictDesk,
  type VerdictHost,
} from './verdicts/verdict-desk.ts';
