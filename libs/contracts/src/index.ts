export { Acknowledgement, type SessionState } from './acknowledgement.ts';
export {
  anchorAddress,
  BEAT_ADDRESS,
  BUCKETS,
  boundAddress,
  CLOCK_ADDRESS,
  deadAddress,
  eventAddress,
  INTAKE_VERBS,
  type IntakeVerb,
  intakeAddress,
  internalAddress,
  JOURNAL_KINDS,
  type JournalKind,
  type JournalName,
  journalAddress,
  journalAt,
  journalName,
  memberAddress,
  notifyAddress,
  parseIntakeAddress,
  parseRequestAddress,
  policyKey,
  policyRevisionKey,
  type RequestAddress,
  STREAMS,
  sessionKey,
  snapshotAddress,
  splitJournal,
  subscriptions,
  VERBS,
  type Verb,
  verbAddress,
} from './addresses.ts';
export { Amount } from './amount.ts';
export { boundProblems } from './bound-problems.ts';
export { BOUNDS, MICRO } from './bounds.ts';
export { check, problemsOf } from './check.ts';
export { CloudEvent, CloudEventBatch, FEED_CONTENT_TYPE } from './cloud-event.ts';
export {
  type CodeFacts,
  ERROR_CODES,
  type ErrorCode,
  errorBody,
  NOTHING_RECORDED,
  type Problem,
  type Rejection,
} from './codes.ts';
export { type Commit, type Entry, type JournalEvent, placeText, Receipt } from './commit.ts';
export {
  Action,
  Context,
  checkDecisionRequest,
  DecisionRequest,
  OutcomeReport,
  RESOURCE_TYPES,
  Resource,
  Subject,
} from './decision-request.ts';
export { decodeUtf8 } from './decode-utf8.ts';
export { AccessDocument, type AccessRule } from './documents/access.ts';
export {
  ALGORITHMS,
  type Algorithm,
  AUTHORITIES,
  type Authority,
  CRITICAL_ACTIONS,
  type CriticalAction,
  DECISION_MODE,
  DEFAULT_DECISION_POLICY,
  DecisionDocument,
  DecisionRules,
  EVERY_MODE,
  STANDARD_POLICY_PREFIX,
  withoutAnnotations,
} from './documents/decision.ts';
export {
  AppliesTo,
  KINDS,
  type Kind,
  PLANNED_KINDS,
  type PolicyDocument,
} from './documents/envelope.ts';
export { type ApprovalEntry, GuardrailDocument, type GuardrailRules } from './documents/guardrail.ts';
export { type HookRule, HooksDocument } from './documents/hooks.ts';
export {
  LIMIT_STAGES,
  LimitDocumentRule,
  type LimitStage,
  LimitsDocument,
  LimitsRules,
  MEASURES,
  type Measure,
  ON_EXCEEDED,
  type OnExceeded,
} from './documents/limits.ts';
export { parseDuration } from './durations.ts';
export { ErrorReply, RefusedReply } from './error-reply.ts';
export { Fault, isFault } from './fault.ts';
export {
  HEALTH_ADDRESS,
  type HealthQuestion,
  type HealthReport,
  type IntakeHealth,
  type JournalHealth,
  type ViewHealth,
} from './health.ts';
export { checkIdentifier, Identifier, utf8Bytes } from './identifiers.ts';
export {
  badRequest,
  excerpt,
  type Parsed,
  parseJson,
  parseJsonText,
  plainJsonText,
  pointer,
  pointerExcerpt,
  refused,
  shortened,
} from './json.ts';
export { ApprovalRequested, ClosedVerdictNotice } from './notices.ts';
export {
  type Principal,
  partitionOf,
  principalKey,
  sessionPartitionKey,
  stableHash,
} from './partition.ts';
export {
  checkPolicyCommand,
  DeletePolicy,
  DiffPolicy,
  GetPolicy,
  ListPolicies,
  PolicyCommand,
  PolicyHistory,
  type PolicyRead,
  type PolicyWrite,
  RestorePolicy,
  RollbackPolicy,
  SavePolicy,
  SetEnforcement,
  SetWorkspace,
} from './policy-commands.ts';
export type {
  Attribution,
  PolicyDeleted,
  PolicyEnforcementChanged,
  PolicyEvent,
  PolicySaved,
  SaveOperation,
  Ungoverned,
  WorkspaceChanged,
} from './policy-events.ts';
export {
  type DocumentChange,
  type PolicyChange,
  PolicyChangeReply,
  PolicyDiff,
  PolicyHistoryReply,
  PolicyList,
  type PolicySummary,
  PolicyView,
  WorkspaceChangeReply,
} from './policy-replies.ts';
export type { PolicyTestExpectation } from './policy-tests/expectation.ts';
export { PolicyTest, type PolicyTestCase } from './policy-tests/policy-test.ts';
export type { PolicyTestStep } from './policy-tests/step.ts';
export type {
  CommitmentRefused,
  DecisionReason,
  SessionCancelled,
  SessionEvent,
  SessionExpired,
  SessionResolved,
  SessionResumed,
  SessionStarted,
  SessionSuspended,
  SignalAccepted,
} from './session-events.ts';
export {
  checkSignal,
  HOST_SENDER,
  invalidEnvelope,
  MACP_VERSION,
  parseSignal,
  SignalEnvelope,
  unsupportedVersion,
} from './signal.ts';
export { type FixtureMessage, SignalFixture } from './signal-fixture.ts';
export {
  CommitmentPayload,
  EvaluationPayload,
  LifecyclePayload,
  type MessageType,
  ObjectionPayload,
  ProposalPayload,
  type Recommendation,
  SESSION_BOUNDS,
  SEVERITIES,
  SessionStartPayload,
  type Severity,
  SIGNAL_PAYLOADS,
  VotePayload,
  type VoteValue,
} from './signal-payloads.ts';
export { isoTime, parseTime } from './times.ts';
export { decodeToken, encodeToken } from './tokens.ts';
export {
  type DocumentRef,
  type Effect,
  type Enforcement,
  type LimitStatus,
  type Obligation,
  OutcomeReply,
  type Reason,
  type RuleEffect,
  type Verdict,
  VerdictReply,
  type Warning,
} from './verdict.ts';
export {
  type AfterJudgement,
  type BudgetAccount,
  type CloseCommand,
  CloseVerdict,
  type DecideCommand,
  type EscalationApproved,
  type EscalationOpened,
  type EscalationSession,
  type ExpireCommand,
  type HeldAmount,
  type IdentifiedRequest,
  type LimitAccount,
  type LimitCharged,
  type LimitEntry,
  type LimitReleased,
  type LimitReserved,
  type LimitSettled,
  type OutcomeCommand,
  type OutcomeRecorded,
  type RateAccount,
  type RecordedReservation,
  type RecordedVerdict,
  RequestRef,
  type VerdictClosed,
  type VerdictCommand,
  type VerdictEvent,
} from './verdict-events.ts';
