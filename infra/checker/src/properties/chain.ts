import { createHash } from 'node:crypto';
import type { Evidence, ReadCommit, ReadJournal } from '../evidence.ts';
import type { Violation } from '../run.ts';

/** Each commit is of its journal, one revision after the one before, names that one's hash, and is never earlier. */
export const brokenChains = ({ journals }: Evidence): Violation[] => journals.flatMap(brokenChain);

const brokenChain = ({ name, commits }: ReadJournal): Violation[] =>
  commits.flatMap((now, i) => {
    const place = `${name}/${i + 1}`;
    const flaws = [...flawsOf(now, name, i + 1), ...flawsAfter(commits[i - 1], now)];
    return flaws.map((flaw) => ({ property: 'chain', sentence: `${place} ${flaw}`, evidence: [place] }));
  });

const flawsOf = ({ commit }: ReadCommit, name: string, revision: number): string[] => {
  if (commit === undefined) return ['is not JSON'];
  const flaws: string[] = [];
  if (commit.journal !== name) flaws.push(`says that it is of ${commit.journal}`);
  if (commit.revision !== revision) flaws.push(`has the revision ${commit.revision}`);
  return flaws;
};

const flawsAfter = (before: ReadCommit | undefined, { commit }: ReadCommit): string[] => {
  const hash =
    before === undefined ? '' : `sha256:${createHash('sha256').update(before.bytes).digest('hex')}`;
  const flaws = commit?.previous === hash ? [] : ['does not name the hash of the commit before it'];
  const times = [...(before?.commit?.entries.slice(-1) ?? []), ...(commit?.entries ?? [])].map(
    ({ at }) => at,
  );
  return times.some((at, i) => at < (times[i - 1] ?? 0)) ? [...flaws, 'goes back in time'] : flaws;
};
