export { type CheckedDocument, checkDocument } from './enforcement/check-document.ts';
export {
  changePolicySet,
  compilePolicySet,
  type PolicySet,
  type PolicySetInput,
} from './enforcement/compile-policy-set.ts';
export {
  type AfterEvaluation,
  type AfterInput,
  type Edit,
  evaluateAfter,
} from './enforcement/evaluate-after.ts';
export { type Evaluation, evaluateRequest, type Omitted } from './enforcement/evaluate-request.ts';
export { limitsKind } from './enforcement/limits/kind.ts';
export type { LimitRule } from './enforcement/limits/limit-rule.ts';
export type { EvaluationInput } from './enforcement/request-view.ts';
export type { LiveDocument } from './enforcement/rules/compiled-document.ts';
export type { Approval } from './enforcement/rules/rule.ts';
export {
  type AsOf,
  changeAsOf,
  type LivePolicy,
  liveChanges,
  policySetDocument,
  policySetDocuments,
  setRevisionAt,
  ungovernedAt,
} from './policies/as-of.ts';
export { canonicalText } from './policies/canonical-text.ts';
export { diffDocuments } from './policies/diff-documents.ts';
export { documentHash } from './policies/document-hash.ts';
export { checkWholeDocument, tooLargeDocument } from './policies/document-size.ts';
export { evolvePolicies } from './policies/evolve.ts';
export { nearestSentence } from './policies/nearest.ts';
export { policiesDecider } from './policies/policies-decider.ts';
export { isPolicyWrite, restoredCommand } from './policies/policy-repeats.ts';
export { policySnapshot } from './policies/policy-snapshot.ts';
export { initialPolicyState, type PolicyState, setRevisionOf } from './policies/policy-state.ts';
export { preparePolicyCommand } from './policies/prepare-policy-command.ts';
export { policyView } from './policies/read-policies.ts';
export { refusedAnswer } from './sessions/acknowledgement.ts';
export type {
  ExpireSessionCommand,
  SessionCommand,
  SessionFacts,
  SessionRejection,
  SignalCommand,
  StartSealedCommand,
} from './sessions/commands.ts';
export { builtInDecisionPolicy } from './sessions/policy/built-in.ts';
export { evaluateCommitment, type PolicyVerdict } from './sessions/policy/evaluate-commitment.ts';
export type { Evidence } from './sessions/policy/evidence.ts';
export { checkDecisionDocument } from './sessions/policy/kind.ts';
export {
  type EscalationClosing,
  endedEscalations,
  escalationClosing,
} from './sessions/sealed/escalation-closing.ts';
export { SEALED_PROPOSAL } from './sessions/sealed/start-sealed.ts';
export { type SessionView, sessionsSnapshot, sessionView } from './sessions/session-view.ts';
export { createSessionsDecider, sessionsDecider } from './sessions/sessions-decider.ts';
export type { Progress, Session } from './sessions/state/session.ts';
export { findSession, type SessionsState } from './sessions/state/sessions-state.ts';
export { closedEscalations, type EscalationEnd, escalationEnds } from './verdicts/escalation-ends.ts';
export { type EscalationStart, escalationStarts, openEscalations } from './verdicts/escalation-starts.ts';
export { sameRequest } from './verdicts/fingerprint.ts';
export { type JudgedValue, judgeValue, valueHash } from './verdicts/judge-value.ts';
export {
  commandForReplay,
  outcomeCommand,
  type ReleaseInput,
  recordedVerdict,
  releaseValue,
  replyWithValue,
} from './verdicts/outcome-desk.ts';
export { outcomeKey, requestKey } from './verdicts/request-key.ts';
export type { VerdictDecision, VerdictFacts, VerdictInput } from './verdicts/verdict-facts.ts';
export type { RecordedReply } from './verdicts/verdict-replies.ts';
export { describeVerdictState, type VerdictState } from './verdicts/verdict-state.ts';
export { verdictsDecider } from './verdicts/verdicts-decider.ts';
