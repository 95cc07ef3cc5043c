import type { Violation } from '@edict/checker';
import { countsOf, withTrial } from './counts.ts';
import { type Deployment, type DeploymentOptions, startDeployment } from './deployment/deployment.ts';
import { pause } from './eventually.ts';
import { expectation, type Outcome, type Round, type Trial } from './fault-case.ts';
import { feedGaps } from './feed-gaps.ts';
import { judge, readJournals } from './judge.ts';
import { now } from './load/history.ts';
import { type Load, startLoad } from './load/load.ts';

/** Where faults are made while clients ask. */
export interface Site extends Round {
  readonly deployment: Deployment;
  readonly load: Load;
  /** Settles at a random moment of the load. */
  moment(): Promise<void>;
}

const WARM_ANSWERS = 60;
const LAST_ANSWERS = 150;

/** How long the end of a run is left in peace: reservations expire in 2 s, escalations in 3 s and 5 s of grace. */
const QUIET_MS = { brief: 1_000, whole: 13_000 };

/**
 * Plays faults against a deployment under load; `faults` gives how many it made, or more when it has expectations of
 * its own. All of it is judged at the end.
 */
export const underLoad = async (
  round: Round,
  options: DeploymentOptions,
  faults: (site: Site) => Promise<number | Trial>,
): Promise<Outcome> => {
  const deployment = await startDeployment(options);
  try {
    const load = await startLoad(deployment.url, round.random);
    try {
      return await playAndJudge(round, deployment, load, faults);
    } finally {
      await load.close();
    }
  } finally {
    await deployment.stop();
  }
};

const playAndJudge = async (
  round: Round,
  deployment: Deployment,
  load: Load,
  faults: (site: Site) => Promise<number | Trial>,
): Promise<Outcome> => {
  const { random, brief } = round;
  const moment = async (): Promise<void> => {
    await load.answers(random.between(20, 120));
    await pause(random.between(0, 50));
  };
  await load.answers(WARM_ANSWERS);
  const played = await faults({ ...round, deployment, load, moment });
  const trial: Trial = typeof played === 'number' ? { faults: played, violations: [] } : played;
  await load.answers(LAST_ANSWERS);
  const unanswered = await load.finish();
  const violations: Violation[] = [
    ...trial.violations,
    ...unanswered.map(({ verb, body }) =>
      expectation('answered', `a message never got a final answer`, `${verb} ${JSON.stringify(body)}`),
    ),
  ];
  await deployment.ready().catch((error) => {
    violations.push(expectation('recovers', 'the deployment does not come back', String(error)));
  });
  await pause(brief ? QUIET_MS.brief : QUIET_MS.whole);
  const journals = await readJournals(deployment.url);
  const report = judge(load.history.exchanges, journals, now());
  violations.push(...report.violations, ...(await feedGaps(deployment.url, journals)));
  return { counts: withTrial(countsOf(report, load.history.exchanges, trial.faults), trial), violations };
};
