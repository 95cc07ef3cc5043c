import type { Exchange, Report } from '@edict/checker';
import type { FaultCounts, Trial } from './fault-case.ts';

/** The numbers of a judged run, for the table. */
export const countsOf = (report: Report, history: readonly Exchange[], faults: number): FaultCounts => {
  const { sent, answered, doubled, overAdmitted } = report.counts;
  const wrong = report.violations.filter(({ property }) => property === 'recorded');
  const lost = wrong.filter(({ sentence }) => sentence.endsWith('does not exist')).length;
  const placed = history.filter(({ reply }) => reply?.body.includes('"receipt":{')).length;
  const unrecorded = wrong.length - lost;
  return { faults, sent, answered, found: placed - wrong.length, lost, doubled, unrecorded, overAdmitted };
};

/** The same with what a trial itself sent and was told. */
export const withTrial = (counts: FaultCounts, { sent = 0, answered = 0 }: Trial): FaultCounts => ({
  ...counts,
  sent: counts.sent + sent,
  answered: counts.answered + answered,
});
