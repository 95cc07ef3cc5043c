import type { SessionEvent } from '@edict/contracts';
import { createSessionScript, policyWith } from './session-script.ts';

/** The simplest rules that count votes. */
export const majority = { voting: { algorithm: 'majority' } };
/** A script whose session is the sealed one of an escalation. */
export const sealed = (rules: object, roster?: readonly string[], schemaVersion = 3) => {
  const script = createSessionScript();
  const started = script.startSealed({
    descriptor: policyWith(rules, schemaVersion),
    ...(roster === undefined ? {} : { roster }),
  });
  return { ...script, started };
};
export type Sealed = ReturnType<typeof sealed>;

export const vote = (script: Sealed, sender: string, value: string) => script.vote(sender, value, 'request');
export const evaluate = (script: Sealed, sender: string, confidence = 1) =>
  script.say('Evaluation', sender, { proposal_id: 'request', recommendation: 'APPROVE', confidence });
export const object = (script: Sealed, sender: string) =>
  script.say('Objection', sender, { proposal_id: 'request', severity: 'critical' });
export const types = (events: readonly SessionEvent[]) => events.map(({ type }) => type);
/** State, outcome or code, and the codes of the reasons. */
export const end = (script: Sealed) => {
  const { state, resolution, ending } = script.view() ?? {};
  return [state, resolution?.outcome_positive ?? ending?.code, ending?.reasons.map(({ code }) => code)];
};
