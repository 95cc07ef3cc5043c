import type { DecisionReason } from '@edict/contracts';
import type { Evidence } from './evidence.ts';
import { evaluationReason, quorumReason } from './gates.ts';
import { type Rules, readRules } from './rules.ts';
import { objectionVeto, vetoReason } from './veto.ts';
import { votingReason } from './voting.ts';

/** The policy's answer to a commitment: allowed, or refused with every reason there is. */
export type PolicyVerdict =
  | { readonly allow: true; readonly reasons: readonly DecisionReason[] }
  | { readonly allow: false; readonly reasons: readonly DecisionReason[] };

const SCHEMA_VERSIONS = [1, 2, 3];

/**
 * Whether a policy allows a commitment in a direction. A pure function of the bound descriptor, what the session
 * has heard, and the declared participants; it never stops at the first reason (macp §2.4).
 * Who may commit, and whether the commitment is well-formed, is judged elsewhere.
 */
export const evaluateCommitment = (
  descriptor: unknown,
  evidence: Evidence,
  declared: readonly string[],
  positive: boolean,
): PolicyVerdict => {
  const read = readRules(descriptor);
  const version = read.ok ? read.rules.schemaVersion : schemaVersionOf(descriptor);
  if (!SCHEMA_VERSIONS.includes(version)) return denied([unsupportedVersion(version)]);
  if (!read.ok) return denied([unreadable(read.policyId, read.path)]);
  return evaluateRules(read.rules, evidence, declared, positive);
};

/** {@link evaluateCommitment} for rules that have been read already. */
const evaluateRules = (
  rules: Rules,
  evidence: Evidence,
  declared: readonly string[],
  positive: boolean,
): PolicyVerdict => {
  if (!SCHEMA_VERSIONS.includes(rules.schemaVersion))
    return denied([unsupportedVersion(rules.schemaVersion)]);
  const veto = objectionVeto(rules, evidence.objections);
  const declineByObjection = veto !== undefined && rules.criticalAction === 'finalize_decline' && !positive;
  const reasons = [
    declineByObjection ? undefined : evaluationReason(rules, evidence.evaluations),
    veto === undefined ? undefined : vetoReason(rules, veto, positive),
    declineByObjection ? undefined : quorumReason(rules, evidence.ballots, declared),
    declineByObjection ? undefined : votingReason(rules, evidence.ballots, declared, positive),
  ].filter((reason) => reason !== undefined);
  if (reasons.length > 0) return denied(reasons);
  return { allow: true, reasons: [allowReason(rules, declineByObjection, positive)] };
};

const allowReason = (rules: Rules, declineByObjection: boolean, positive: boolean): DecisionReason => {
  const detail = { algorithm: rules.algorithm };
  if (rules.algorithm === 'none') {
    return { code: 'FACE_VALUE', message: 'the policy counts no votes', detail };
  }
  if (declineByObjection) {
    return { code: 'VETO_DECLINES', message: 'standing critical objections authorise the decline', detail };
  }
  const direction = positive ? 'the commitment' : 'the decline';
  return { code: 'VOTE_ALLOWS', message: `the votes allow ${direction} under ${rules.algorithm}`, detail };
};

const denied = (reasons: readonly DecisionReason[]): PolicyVerdict => ({ allow: false, reasons });

const schemaVersionOf = (descriptor: unknown): number =>
  Number((descriptor as { readonly schema_version?: unknown } | null | undefined)?.schema_version ?? 0);

const unsupportedVersion = (version: number): DecisionReason => ({
  code: 'SCHEMA_VERSION',
  message: `schema_version ${version} is not supported; ${SCHEMA_VERSIONS.join(', ')} are`,
  detail: { schema_version: version, supported: SCHEMA_VERSIONS },
});

const unreadable = (policyId: string, path: string): DecisionReason => ({
  code: 'RULES_PARSE',
  message: `the rules of ${policyId} cannot be read at ${path}`,
  detail: { policy_id: policyId, path },
});
