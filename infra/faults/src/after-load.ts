import type { Exchange } from '@edict/checker';
import type { JournalName } from '@edict/contracts';
import { countsOf, withTrial } from './counts.ts';
import { type Deployment, startDeployment } from './deployment/deployment.ts';
import type { Outcome, Round, Trial } from './fault-case.ts';
import { judge, readJournals } from './judge.ts';
import { now } from './load/history.ts';
import { startLoad } from './load/load.ts';

/** A deployment that has worked and is idle now, with what its journals held then. */
export interface Worked extends Round {
  readonly deployment: Deployment;
  /** What clients sent and were told. */
  readonly history: readonly Exchange[];
  readonly journals: ReadonlyMap<JournalName, readonly Uint8Array[]>;
}

const ANSWERS = { brief: 80, whole: 400 };

/** Lets a deployment work for a while, ends the load, and then tries something on it. */
export const afterLoad = async (
  round: Round,
  trial: (worked: Worked) => Promise<Trial>,
): Promise<Outcome> => {
  const deployment = await startDeployment();
  try {
    const load = await startLoad(deployment.url, round.random);
    await load.answers(round.brief ? ANSWERS.brief : ANSWERS.whole);
    await load.finish();
    await load.close();
    const { exchanges } = load.history;
    const journals = await readJournals(deployment.url);
    const report = judge(exchanges, journals, now());
    const tried = await trial({ ...round, deployment, history: exchanges, journals });
    return {
      counts: withTrial(countsOf(report, exchanges, tried.faults), tried),
      violations: [...report.violations, ...tried.violations],
    };
  } finally {
    await deployment.stop();
  }
};
