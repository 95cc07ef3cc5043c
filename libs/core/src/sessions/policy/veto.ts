import type { DecisionReason } from '@edict/contracts';
import type { Challenge } from './evidence.ts';
import type { Rules } from './rules.ts';

/** The senders of the critical objections that stand as a veto, repeats kept; `undefined` when there is none. */
export const objectionVeto = (
  rules: Rules,
  objections: readonly Challenge[],
): readonly string[] | undefined => {
  if (!rules.vetoes) return undefined;
  const senders: string[] = [];
  for (const { severity, sender } of objections) if (severity === 'critical') senders.push(sender);
  return senders.length >= rules.vetoThreshold ? senders : undefined;
};

/** What a standing veto says about a direction; a decline under `finalize_decline` is what it asks for (macp §2.4). */
export const vetoReason = (
  rules: Rules,
  senders: readonly string[],
  positive: boolean,
): DecisionReason | undefined => {
  const { criticalAction: action, vetoThreshold: threshold } = rules;
  if (action === 'finalize_decline' && !positive) return undefined;
  const code = { deny: 'VETO', hold: 'VETO_HOLD', finalize_decline: 'VETO_POSITIVE' }[action];
  const consequence = {
    deny: 'nothing can be committed',
    hold: 'the session is held for escalation',
    finalize_decline: 'only a decline can be committed',
  }[action];
  return {
    code,
    message: `${senders.length} critical objections (threshold ${threshold}) from ${senders.join(', ')}: ${consequence}`,
    detail: { count: senders.length, threshold, senders, action },
  };
};
