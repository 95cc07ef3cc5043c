import type { Rules } from './rules.ts';

/** Whether a sender may commit (macp §2.8). A word that is not known acts as `initiator_only`. */
export const mayCommit = (
  rules: Pick<Rules, 'authority' | 'designated'>,
  { initiator, participants }: { readonly initiator: string; readonly participants: readonly string[] },
  sender: string,
): boolean => {
  switch (rules.authority) {
    case 'any_participant':
      return sender === initiator || participants.includes(sender);
    case 'designated_role':
      return rules.designated.includes(sender);
    default:
      return sender === initiator;
  }
};
