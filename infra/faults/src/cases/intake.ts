import type { Violation } from '@edict/checker';
import { STREAMS } from '@edict/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { eventually, pause } from '../eventually.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import { startSubmitters } from '../load/submitters.ts';
import { readFeed } from '../read-feed.ts';
import { type Site, underLoad } from '../under-load.ts';

const LONGEST_DOWN_MS = 2_000;
/** What a member took into its death comes again after 15 s, and what failed often waits for up to a minute. */
const TOLD_WITHIN_MS = 150_000;
const SHOWN = 5;

const killEnforcer = async ({ deployment, random }: Site): Promise<void> => {
  for (const victim of deployment.processes('enforcer')) await deployment.kill(victim);
  await pause(random.between(0, LONGEST_DOWN_MS));
  deployment.add('enforcer');
};

const killNats = async ({ deployment, random }: Site): Promise<void> => {
  await deployment.nats.kill();
  await pause(random.between(0, LONGEST_DOWN_MS));
  await deployment.nats.start();
};

/** What the feed told about each request: the ids of its verdicts. */
const verdictsOn = async (url: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const told = new Map<string, Set<string>>();
  const nc = await connect({ servers: url });
  try {
    await readFeed(nc, ({ id, type, data }) => {
      if (type !== 'verdict.issued') return;
      told.set(data.request_id, (told.get(data.request_id) ?? new Set()).add(id));
    });
  } finally {
    await nc.close();
  }
  return told;
};

const deadLetters = async (url: string): Promise<number> => {
  const nc = await connect({ servers: url });
  try {
    return (await (await jetstreamManager(nc)).streams.info(STREAMS.dead)).state.messages;
  } finally {
    await nc.close();
  }
};

/** Judges what became of the requests; `answered` is how many of them the feed told a verdict of. */
const judgeIntake = async (
  url: string,
  ids: readonly string[],
): Promise<{ readonly answered: number; readonly violations: readonly Violation[] }> => {
  let told = await verdictsOn(url);
  const isTold = async (): Promise<boolean> => {
    if (!ids.every((id) => told.has(id))) told = await verdictsOn(url);
    return ids.every((id) => told.has(id));
  };
  await eventually('the feed tells every verdict', isTold, TOLD_WITHIN_MS).catch(() => undefined);
  const untold = ids.filter((id) => !told.has(id));
  const twice = ids.filter((id) => (told.get(id)?.size ?? 0) > 1);
  const dead = await deadLetters(url);
  const violations = [
    ...some('intake', 'requests that the intake took were never answered on the feed', untold),
    ...some('intake', 'requests that the intake took have several verdicts', twice),
    ...(dead > 0 ? [expectation('intake', `${dead} good requests became dead letters`)] : []),
  ];
  return { answered: ids.length - untold.length, violations };
};

const some = (name: string, sentence: string, ids: readonly string[]): Violation[] =>
  ids.length === 0 ? [] : [expectation(name, `${ids.length} ${sentence}`, ids.slice(0, SHOWN).join(', '))];

/** Requests that nobody waits for, while those who work them off die, and the server that keeps them. */
export const intake: FaultCase = {
  name: 'intake',
  what: 'requests are left at the intake while the enforcer and NATS are killed: each gets one verdict on the feed',
  play: (round) =>
    underLoad(round, {}, async (site) => {
      const { deployment, moment, random, brief } = site;
      const submitters = await startSubmitters(deployment.url, random);
      const faults = brief
        ? [killEnforcer, killNats]
        : [killEnforcer, killNats, killEnforcer, killNats, killEnforcer];
      for (const fault of faults) {
        await moment();
        await fault(site);
      }
      await moment();
      const ids = await submitters.finish();
      const judged = await judgeIntake(deployment.url, ids);
      return { faults: faults.length, sent: submitters.sent(), ...judged };
    }),
};
