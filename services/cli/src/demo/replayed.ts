import { JOURNAL_KINDS } from '@edict/contracts';
import type { Replayed } from '../history/replay.ts';
import { EVERYTHING, replayStore } from '../history/replay-store.ts';
import { createChainWalk } from '../history/verify-chain.ts';
import { count } from '../output/table.ts';
import type { Stage } from './stage.ts';

/** The history from the first event: the same verdicts, and the same state that the owners hold. */
export const playReplay = async ({ bus, teller }: Stage): Promise<void> => {
  teller.chapter('The history, from the first event');
  const store = await bus.store();
  const replayed = await teller.step(
    'every verdict is decided again from what was recorded',
    () => replayStore(store, EVERYTHING),
    (journals) => {
      const rederived = journals.reduce((sum, one) => sum + one.rederived, 0);
      const differences = journals.flatMap((one) => one.differences);
      const [first] = differences;
      return {
        ok: first === undefined && rederived > 0,
        said:
          first === undefined
            ? `${count(rederived, 'decision')} in ${count(journals.length, 'journal')}, byte for byte the same`
            : `${count(differences.length, 'decision')} came out otherwise, the first at ${first.commit}`,
      };
    },
  );
  await teller.step(
    'the rebuilt state is what the services hold: their hashes are equal',
    () => bus.health({ state_hashes: true }),
    (reports) =>
      compareHashes(
        replayed,
        new Map(reports.flatMap(({ journals }) => journals.map((one) => [one.journal, one]))),
      ),
  );
  await teller.step(
    'every commit names the hash of the one before',
    async () => {
      const walk = createChainWalk();
      for (const kind of JOURNAL_KINDS) for await (const message of store.commits(kind)) walk.add(message);
      return walk.reports();
    },
    (reports) => {
      const broken = reports.filter((report) => report.broken !== null);
      const commits = reports.reduce((sum, report) => sum + report.commits, 0);
      return {
        ok: broken.length === 0,
        said: `${count(commits, 'commit')} in ${count(reports.length, 'journal')}, ${broken.length} broken`,
      };
    },
  );
};

const compareHashes = (
  replayed: readonly Replayed[],
  owned: ReadonlyMap<string, { readonly revision: number; readonly state_hash?: string }>,
) => {
  const unequal = replayed.filter(({ journal, revision, state_hash }) => {
    const owner = owned.get(journal);
    return owner?.revision !== revision || owner.state_hash !== state_hash;
  });
  const [first] = replayed.filter(({ journal }) => journal.startsWith('verdicts.'));
  const example =
    first === undefined ? '' : `, ${first.journal}/${first.revision} ${first.state_hash.slice(0, 23)}…`;
  return {
    ok: unequal.length === 0 && replayed.length > 0,
    said:
      unequal.length === 0
        ? `${count(replayed.length, 'hash', 'hashes')} equal${example}`
        : `differs or is not owned: ${unequal.map(({ journal, revision }) => `${journal}/${revision}`).join(', ')}`,
  };
};
