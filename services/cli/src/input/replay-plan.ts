import { JOURNAL_KINDS, type JournalKind, journalName } from '@edict/contracts';
import { EVERYTHING, type ReplayPlan } from '../history/replay-store.ts';
import { badInput } from '../stop.ts';
import { parseTimeWord } from './times.ts';

const PLACE = /^(policies|verdicts|sessions)\.(.+)\/(\d+)$/;

/** What `--kind` and `--to` mean: a place `verdicts.3/1207` names the one journal, a time cuts all of them. */
export const replayPlanFrom = (
  { kind, to }: { readonly kind?: JournalKind; readonly to?: string },
  now: number,
): ReplayPlan => {
  const kinds = kind === undefined ? JOURNAL_KINDS : [kind];
  if (to === undefined) return { ...EVERYTHING, kinds };
  const place = PLACE.exec(to);
  if (place === null) {
    if (to.includes('/'))
      throw badInput(`--to is ${to}; a place is JOURNAL/REVISION, for example verdicts.3/1207`);
    return { kinds, until: { time: parseTimeWord(to, now) } };
  }
  const [, named, key = '', revision] = place;
  const journalKind = named as JournalKind;
  if (kind !== undefined && kind !== journalKind) {
    throw badInput(`--to ${to} is a place among the ${journalKind}, --kind says ${kind}`);
  }
  return {
    kinds: [journalKind],
    journal: journalName(journalKind, key),
    until: { revision: Number(revision) },
  };
};
