import type { JournalEvent, PolicyEvent, SessionEvent, VerdictEvent } from '@edict/contracts';
import { badInput } from '../stop.ts';

type EventType = (JournalEvent & (PolicyEvent | VerdictEvent | SessionEvent))['type'];

const KNOWN: Readonly<Record<EventType, true>> = {
  'policy.saved': true,
  'policy.deleted': true,
  'policy.enforcement_changed': true,
  'workspace.changed': true,
  'verdict.issued': true,
  'verdict.closed': true,
  'limit.charged': true,
  'limit.reserved': true,
  'limit.settled': true,
  'limit.released': true,
  'escalation.opened': true,
  'escalation.approved': true,
  'outcome.recorded': true,
  'session.started': true,
  'signal.accepted': true,
  'commitment.refused': true,
  'session.resolved': true,
  'session.cancelled': true,
  'session.expired': true,
  'session.suspended': true,
  'session.resumed': true,
};
const TYPES = Object.keys(KNOWN);

/** Types of the feed as addresses have them: each is one, or a pattern of `*` and `>` that some fit; `*` alone is all. */
export const eventTypesFrom = (words: readonly string[]): readonly string[] =>
  words.map((word) => {
    const pattern = word === '*' ? '>' : word;
    if (TYPES.some((type) => fits(type.split('.'), pattern.split('.')))) return pattern;
    throw badInput(`the type is ${JSON.stringify(word)}, which no event has`, [
      `types: ${TYPES.join(', ')}`,
      'or a pattern: limit.*, verdict.>, *',
    ]);
  });

const fits = (type: readonly string[], pattern: readonly string[]): boolean =>
  pattern.at(-1) === '>'
    ? pattern.length <= type.length && fits(type.slice(0, pattern.length - 1), pattern.slice(0, -1))
    : pattern.length === type.length && pattern.every((token, i) => token === '*' || token === type[i]);
