import type { Violation } from '@edict/checker';
import { BOUNDS } from '@edict/contracts';
import { type Aged, afterPurge, KEPT_MS } from '../after-purge.ts';
import { type Deployment, EVERY_SERVICE } from '../deployment/deployment.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import { connectClients } from '../load/clients.ts';
import { now } from '../load/history.ts';
import { runEdict } from '../run-edict.ts';

/** Clocks of members may differ by so much. */
const CLOCKS_MS = 4_000;
const ASKED_AGAIN = 40;

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

/** Who began at a checkpoint knows what was decided before it: the answers are judged with all others. */
const askAgain = async ({ deployment, history }: Aged): Promise<void> => {
  const decided = history.filter(({ verb, reply }) => verb === 'decide' && reply?.body.includes('"receipt"'));
  const clients = await connectClients(deployment.url);
  for (const { verb, ws, body } of decided.slice(-ASKED_AGAIN)) {
    const sentAt = now();
    const text = await clients[0].ask(verb, ws, body, BOUNDS.requestTimeoutMs);
    const reply = text === undefined ? {} : { reply: { body: text, at: now() } };
    history.push({ client: clients[0].name, verb, ws, body, sentAt, ...reply });
  }
  await Promise.all(clients.map((client) => client.close()));
};

/** What is young must be there still, and what is gone must not be missed by who begins anew. */
const judgeRetention = async (aged: Aged): Promise<readonly Violation[]> => {
  const { deployment, newestPurged } = aged;
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
  await askAgain(aged);
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
