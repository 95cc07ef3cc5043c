import type { CriticalAction } from '@edict/contracts';

/** A decision policy as the evaluator reads it: every default filled in (macp §1.3). */
export interface Rules {
  readonly schemaVersion: number;
  readonly algorithm: string;
  readonly threshold: number;
  readonly quorum: { readonly type: 'count' | 'percentage'; readonly value: number };
  readonly weights: ReadonlyMap<string, number>;
  readonly vetoes: boolean;
  readonly vetoThreshold: number;
  readonly criticalAction: CriticalAction;
  readonly minimumConfidence: number;
  readonly evaluationRequired: boolean;
  /** As written: a word that is not known acts as `initiator_only`. */
  readonly authority: string;
  readonly designated: readonly string[];
  readonly requireVoteQuorum: boolean;
  readonly allowDeclineOverApproval: boolean;
}

export type ReadRules =
  | { readonly ok: true; readonly rules: Rules }
  | { readonly ok: false; readonly policyId: string; readonly path: string };

/**
 * Reads a stored descriptor. A tightened schema is an admission rule only, so this is lenient where the
 * specification gives an unknown word a meaning, and names the field that has none (macp §1.4, §2.4 check 0).
 */
export const readRules = (descriptor: unknown): ReadRules => {
  const policy = fields(descriptor) ?? {};
  try {
    return { ok: true, rules: normalise(policy) };
  } catch (flaw) {
    if (!(flaw instanceof Unreadable)) throw flaw;
    return { ok: false, policyId: String(policy['policy_id'] ?? ''), path: flaw.path };
  }
};

class Unreadable {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const normalise = (policy: Fields): Rules => {
  const rules = fields(policy['rules']);
  if (rules === undefined) throw new Unreadable('/rules');
  const section = (name: string): Fields => optional(rules, name, '/rules', fields, {});
  const voting = section('voting');
  const objections = section('objection_handling');
  const evaluation = section('evaluation');
  const commitment = section('commitment');
  const quorum = optional(voting, 'quorum', '/rules/voting', fields, {});
  return {
    schemaVersion: number(policy['schema_version']) ?? 0,
    algorithm: optional(voting, 'algorithm', '/rules/voting', text, 'none'),
    threshold: optional(voting, 'threshold', '/rules/voting', number, 0.5),
    quorum: {
      type: optional(quorum, 'type', '/rules/voting/quorum', quorumType, 'count'),
      value: optional(quorum, 'value', '/rules/voting/quorum', number, 0),
    },
    weights: optional(voting, 'weights', '/rules/voting', weights, new Map()),
    vetoes: optional(objections, 'critical_severity_vetoes', '/rules/objection_handling', flag, false),
    vetoThreshold: optional(objections, 'veto_threshold', '/rules/objection_handling', number, 1),
    criticalAction: optional(
      objections,
      'critical_objection_action',
      '/rules/objection_handling',
      criticalAction,
      'deny',
    ),
    minimumConfidence: optional(evaluation, 'minimum_confidence', '/rules/evaluation', number, 0),
    evaluationRequired: optional(evaluation, 'required_before_voting', '/rules/evaluation', flag, false),
    authority: optional(commitment, 'authority', '/rules/commitment', text, 'initiator_only'),
    designated: optional(commitment, 'designated_roles', '/rules/commitment', texts, []),
    requireVoteQuorum: optional(commitment, 'require_vote_quorum', '/rules/commitment', flag, false),
    allowDeclineOverApproval: optional(
      commitment,
      'allow_decline_over_approval',
      '/rules/commitment',
      flag,
      false,
    ),
  };
};

const optional = <T>(
  from: Fields,
  key: string,
  under: string,
  read: (value: unknown) => T | undefined,
  absent: T,
): T => {
  if (!Object.hasOwn(from, key) || from[key] === undefined) return absent;
  const value = read(from[key]);
  if (value === undefined) throw new Unreadable(`${under}/${key}`);
  return value;
};

const fields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
const criticalAction = (value: unknown): CriticalAction | undefined =>
  value === 'deny' || value === 'finalize_decline' || value === 'hold' ? value : undefined;
const quorumType = (value: unknown): 'count' | 'percentage' | undefined => {
  if (value === 'n_of_m') return 'count';
  return value === 'count' || value === 'percentage' ? value : undefined;
};
const weights = (value: unknown): ReadonlyMap<string, number> | undefined => {
  const map = fields(value);
  if (map === undefined) return undefined;
  const entries = Object.entries(map);
  return entries.every(([, weight]) => number(weight) !== undefined)
    ? new Map(entries as [string, number][])
    : undefined;
};
