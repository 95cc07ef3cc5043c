import type { Violation } from '@edict/checker';
import { type Aged, afterPurge, KEPT_MS } from '../after-purge.ts';
import { type Deployment, EVERY_SERVICE } from '../deployment/deployment.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import { now } from '../load/history.ts';
import { runEdict } from '../run-edict.ts';

/** Clocks of members may differ by so much. */
const CLOCKS_MS = 4_000;

const killWhilePurging = async (moment: () => Promise<void>, deployment: Deployment): Promise<number> => {
  await moment();
  await restartEnforcers(deployment);
  await moment();
  await deployment.nats.kill();
  await deployment.nats.start();
  await moment();
  await restartEnforcers(deployment);
  return 3;
};

const restartEnforcers = async (deployment: Deployment): Promise<void> => {
  for (const victim of deployment.processes('enforcer')) await deployment.kill(victim);
  deployment.add('enforcer');
};

/** What is young must be there still, and what is gone must not be missed by who begins anew. */
const judgeRetention = async ({ deployment, newestPurged }: Aged): Promise<readonly Violation[]> => {
  const violations: Violation[] = [];
  if (newestPurged > now() - KEPT_MS + CLOCKS_MS) {
    const sentence = 'a commit was purged that is younger than what is kept';
    violations.push(expectation('retention', sentence, new Date(newestPurged).toISOString()));
  }
  for (const victim of deployment.processes()) await deployment.kill(victim);
  for (const service of EVERY_SERVICE) deployment.add(service);
  await deployment.ready().catch((error) => {
    const sentence = 'services do not begin where their journals were purged';
    violations.push(expectation('retention', sentence, String(error)));
  });
  const { code, stdout, stderr } = await runEdict('audit', 'verify', '--nats', deployment.url);
  if (code !== 0)
    violations.push(expectation('retention', 'audit verify finds fault with what is kept', stdout, stderr));
  return violations;
};

/** Journals are purged while their owner and their server die. */
export const retention: FaultCase = {
  name: 'retention',
  what: 'enforcer and NATS are killed while old commits are purged: nothing young is gone, all begin at checkpoints',
  play: (round) =>
    afterPurge(round, {
      meanwhile: killWhilePurging,
      trial: async (aged) => ({
        faults: aged.deployment.processes().length,
        violations: await judgeRetention(aged),
      }),
    }),
};
