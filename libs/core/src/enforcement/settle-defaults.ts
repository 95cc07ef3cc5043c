import { type DecisionRequest, excerpt, type Reason } from '@edict/contracts';
import type { Collected, Finding } from './collect-findings.ts';
import type { PolicySet } from './compile-policy-set.ts';
import { dialectOf } from './rules/action-dialect.ts';
import type { Audience } from './rules/audience.ts';
import { type RuleSource, STRENGTH } from './rules/rule.ts';

/**
 * Adds what holds when no rule decides: an unreadable resource, nobody who speaks, nothing that restricts.
 * What documents say goes to the findings; the reasons that come from the engine itself are returned.
 */
export const settleDefaults = (
  ungoverned: PolicySet['ungoverned'],
  request: DecisionRequest,
  audiences: readonly Audience[],
  collected: Collected,
  inForce: Finding[],
): Reason[] => {
  const reasons: Reason[] = [];
  if (collected.malformed) reasons.push(malformed(request));
  if (collected.governed) {
    if (inForce.length === 0 && reasons.length === 0) inForce.push(...unrestricted(collected));
    return reasons;
  }
  if (ungoverned === 'deny') return [...reasons, nobodySpeaks(request, 'deny')];
  inForce.push(...keptShut(audiences, request.action.name));
  return inForce.length === 0 && reasons.length === 0 ? [nobodySpeaks(request, 'allow')] : reasons;
};

const malformed = ({ action, resource }: DecisionRequest): Reason => ({
  code: dialectOf(action.name).malformedCode ?? 'resource.malformed',
  effect: 'deny',
  message: `${excerpt(resource.id)} is not a ${resource.type}: write it without scheme, port and path, in ASCII.`,
});

const nobodySpeaks = ({ subject, action, resource }: DecisionRequest, effect: 'allow' | 'deny'): Reason => {
  const what = `${excerpt(action.name)} on ${excerpt(resource.type)} ${excerpt(resource.id)} by ${excerpt(subject.id)}`;
  const consequence =
    effect === 'deny' ? 'so it is denied' : 'and the workspace allows what nobody speaks about';
  return { code: 'UNGOVERNED', effect, message: `No policy in force speaks about ${what}, ${consequence}.` };
};

/** What the first document says that keeps an action shut: that nobody opens it is judged over all of them (seeds §6.2). */
const keptShut = (audiences: readonly Audience[], action: string): Finding[] => {
  const [first] = audiences
    .flatMap(({ index }) => index.shutter(action) ?? [])
    .sort((a, b) => (a.live.policy_id < b.live.policy_id ? -1 : 1));
  const shut = first?.shuts?.get(action);
  if (first === undefined || shut === undefined) return [];
  const { rule, code, describe } = shut;
  return [
    toFinding({
      document: first.rules,
      rule,
      order: 0,
      code,
      effect: 'deny',
      strength: STRENGTH.deny,
      describe: (value) => describe(value, first.rules.policy_id),
    }),
  ];
};

/** Why a governed request passes although no rule names it. */
const unrestricted = ({ speaker, unmet }: Collected): Finding[] => {
  if (speaker !== undefined) return [toFinding(speaker)];
  return unmet === undefined ? [] : [toFinding(notMet(unmet))];
};

const notMet = (source: RuleSource): RuleSource => ({
  ...source,
  code: 'CONDITION_NOT_MET',
  effect: 'allow',
  strength: STRENGTH.allow,
  describe: (value) =>
    `The condition of ${source.rule} does not hold for ${value}, and nothing else restricts it.`,
});

const toFinding = (source: RuleSource): Finding => ({
  source,
  pattern: '',
  message: undefined,
  rule: undefined,
  errored: false,
});
