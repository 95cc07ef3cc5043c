import type { Evidence } from './evidence.ts';
import { brokenChains } from './properties/chain.ts';
import { wrongEscalations } from './properties/escalations.ts';
import { ignoredRevisions, staleVerdicts } from './properties/freshness.ts';
import { wrongAccounts } from './properties/limits.ts';
import { doubledVerdicts } from './properties/once.ts';
import { brokenPolicyHistories, wrongCitations } from './properties/policies.ts';
import { unrecordedAnswers } from './properties/recorded.ts';
import { brokenDenials, staleRefusals } from './properties/refusals.ts';
import { unequalRepeats } from './properties/repeats.ts';
import { wrongReservations } from './properties/reservations.ts';
import { wrongSessions } from './properties/sessions.ts';
import type { Violation } from './run.ts';

/** Something that Edict promises, and how to find out that it did not hold. */
export interface Property {
  readonly name: string;
  readonly promise: string;
  readonly violations: (evidence: Evidence) => readonly Violation[];
}

const replayDifferences = ({ run }: Evidence): Violation[] =>
  (run.replay?.(run.journals) ?? []).map(({ place, why }) => ({
    property: 'replay',
    sentence: `${place} is decided otherwise when it is decided again`,
    evidence: [why],
  }));

/** Every property that is checked, by its name. */
export const PROPERTIES: readonly Property[] = [
  { name: 'chain', promise: 'Each journal is one chain of hashes without a gap.', violations: brokenChains },
  {
    name: 'recorded',
    promise: 'Every answer lies in a journal, with equal content.',
    violations: unrecordedAnswers,
  },
  { name: 'once', promise: 'A request has one final verdict and one outcome.', violations: doubledVerdicts },
  { name: 'repeat', promise: 'A repeat gets equal bytes.', violations: unequalRepeats },
  { name: 'unrecorded', promise: 'An error that says so left nothing behind.', violations: brokenDenials },
  { name: 'refusal', promise: 'No refusal rests on a past state.', violations: staleRefusals },
  {
    name: 'limit',
    promise: 'Settled and reserved stay within each limit at every admission.',
    violations: wrongAccounts,
  },
  {
    name: 'reservation',
    promise: 'Each reservation ends exactly once, and not before its time.',
    violations: wrongReservations,
  },
  {
    name: 'session',
    promise: 'Each session ends at most once, as its roster and policy say.',
    violations: wrongSessions,
  },
  {
    name: 'escalation',
    promise: 'A verdict that waits is closed once, by its sessions.',
    violations: wrongEscalations,
  },
  {
    name: 'policies',
    promise: 'Revisions of a policy are gapless, each with its hash.',
    violations: brokenPolicyHistories,
  },
  {
    name: 'citations',
    promise: 'A verdict cites the policies that it was made under.',
    violations: wrongCitations,
  },
  {
    name: 'at-least-revision',
    promise: 'No answer is older than its request demands.',
    violations: ignoredRevisions,
  },
  {
    name: 'fresh',
    promise: 'A change of policies holds within 5 s, or requests are refused.',
    violations: staleVerdicts,
  },
  { name: 'replay', promise: 'Deciding again gives the same, byte for byte.', violations: replayDifferences },
];
