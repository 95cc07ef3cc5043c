import { believingItself, hopeful, replyingFirst, unlinked, withoutFence } from './broken/journals.ts';
import { alwaysFresh, deaf, skippingRevisions, withoutDemands } from './broken/policies.ts';
import { forgettingIds, purgingAll, trustingStale } from './broken/retention.ts';
import { contentWithOne, openToStrangers, resolvingTwice, withoutDeadlines } from './broken/sessions.ts';
import {
  approvingAll,
  capricious,
  chargingRepeats,
  denyingItself,
  misquoting,
  releasingExpiry,
  restless,
  withoutMemory,
  withoutReservations,
  withoutTimer,
} from './broken/verdicts.ts';
import type { Replacements } from './member.ts';

/** A system that is broken on purpose, to show that the checker notices. */
export interface Variant {
  readonly name: string;
  readonly about: string;
  /** The property that must be found broken. */
  readonly breaks: string;
  /** In how many seeds, from 1 on, it must be found at the latest. */
  readonly within: number;
  /** Fresh ones for each run: some remember things. */
  readonly replacements: () => Replacements;
}

/** One for every promise, and for every part that keeps one. */
export const VARIANTS: readonly Variant[] = [
  {
    name: 'fence-off',
    about: 'appends without looking at the head',
    breaks: 'chain',
    within: 40,
    replacements: () => ({ openJournal: withoutFence }),
  },
  {
    name: 'chain-not-linked',
    about: 'stores commits without the hash before',
    breaks: 'chain',
    within: 1,
    replacements: () => ({ openJournal: unlinked }),
  },
  {
    name: 'reply-before-ack',
    about: 'answers before the commit is stored',
    breaks: 'recorded',
    within: 40,
    replacements: () => ({ openJournal: replyingFirst }),
  },
  {
    name: 'silence-is-consent',
    about: 'takes a lost acknowledgement for one',
    breaks: 'recorded',
    within: 40,
    replacements: () => ({ openJournal: hopeful }),
  },
  {
    name: 'refusal-from-stale-state',
    about: 'refuses without asking the leader',
    breaks: 'refusal',
    within: 100,
    replacements: () => ({ openJournal: believingItself }),
  },
  {
    name: 'dedupe-off',
    about: 'judges a repeat like a new request',
    breaks: 'once',
    within: 20,
    replacements: () => ({ verdicts: withoutMemory }),
  },
  {
    name: 'charge-on-retry',
    about: 'charges a repeat once more',
    breaks: 'limit',
    within: 20,
    replacements: () => ({ verdicts: chargingRepeats() }),
  },
  {
    name: 'restless-reply',
    about: 'answers a repeat with other bytes',
    breaks: 'repeat',
    within: 20,
    replacements: () => ({ verdicts: restless() }),
  },
  {
    name: 'recorded-denial',
    about: 'records, and says that it has not',
    breaks: 'unrecorded',
    within: 40,
    replacements: () => ({ verdicts: denyingItself }),
  },
  {
    name: 'reservations-forgotten',
    about: 'gives the same budget twice',
    breaks: 'limit',
    within: 20,
    replacements: () => ({ verdicts: withoutReservations }),
  },
  {
    name: 'timer-lost',
    about: 'lets no reservation expire',
    breaks: 'reservation',
    within: 20,
    replacements: () => ({ verdicts: withoutTimer }),
  },
  {
    name: 'expiry-releases',
    about: 'gives back what may have been spent',
    breaks: 'reservation',
    within: 20,
    replacements: () => ({ verdicts: releasingExpiry }),
  },
  {
    name: 'approval-assumed',
    about: 'closes every verdict as approved',
    breaks: 'escalation',
    within: 20,
    replacements: () => ({ verdicts: approvingAll }),
  },
  {
    name: 'roster-ignored',
    about: 'lets a stranger vote',
    breaks: 'escalation',
    within: 20,
    replacements: () => ({ sessions: openToStrangers }),
  },
  {
    name: 'resolves-twice',
    about: 'ends a session twice',
    breaks: 'session',
    within: 40,
    replacements: () => ({ sessions: resolvingTwice }),
  },
  {
    name: 'one-vote-suffices',
    about: 'resolves a session with the first approval',
    breaks: 'session',
    within: 40,
    replacements: () => ({ sessions: contentWithOne }),
  },
  {
    name: 'session-timer-lost',
    about: 'lets no session expire',
    breaks: 'session',
    within: 20,
    replacements: () => ({ sessions: withoutDeadlines }),
  },
  {
    name: 'revision-skipped',
    about: 'leaves out a revision of a policy',
    breaks: 'policies',
    within: 20,
    replacements: () => ({ policies: skippingRevisions }),
  },
  {
    name: 'stale-policy-used',
    about: 'decides by the policies that it began with',
    breaks: 'fresh',
    within: 100,
    replacements: () => ({ policyFeed: alwaysFresh, policyStream: deaf }),
  },
  {
    name: 'demand-ignored',
    about: 'ignores at_least_revision',
    breaks: 'at-least-revision',
    within: 40,
    replacements: () => ({ request: withoutDemands }),
  },
  {
    name: 'wrong-citation',
    about: 'cites the set of policies before the one that it used',
    breaks: 'citations',
    within: 20,
    replacements: () => ({ verdicts: misquoting }),
  },
  {
    name: 'ids-not-restored',
    about: 'begins at a snapshot without the ids in it',
    breaks: 'once',
    within: 40,
    replacements: () => ({ snapshots: forgettingIds }),
  },
  {
    name: 'stale-snapshot-used',
    about: 'takes an old snapshot for the present',
    breaks: 'limit',
    within: 40,
    replacements: () => ({ verdicts: trustingStale() }),
  },
  {
    name: 'purge-above-checkpoint',
    about: 'purges what no checkpoint covers',
    breaks: 'once',
    within: 100,
    replacements: () => ({ openJournal: purgingAll }),
  },
  {
    name: 'by-chance',
    about: 'decides by more than what is stored',
    breaks: 'replay',
    within: 1,
    replacements: () => ({ verdicts: capricious() }),
  },
];
