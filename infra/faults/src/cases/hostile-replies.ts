import type { Violation } from '@edict/checker';
import {
  anchorAddress,
  BUCKETS,
  boundAddress,
  HEALTH_ADDRESS,
  internalAddress,
  journalAddress,
  STREAMS,
  VERBS,
  verbAddress,
} from '@edict/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterLoad } from '../after-load.ts';
import { eventually } from '../eventually.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import { WORKSPACE } from '../load/policies.ts';

/** Where a reply would do harm: the broker writes it with the rights of whoever replies. */
const HARMFUL: readonly (string | undefined)[] = [
  undefined,
  journalAddress('verdicts.0'),
  journalAddress('sessions.0'),
  journalAddress(`policies.${WORKSPACE}`),
  anchorAddress('verdicts.0'),
  `$JS.API.STREAM.DELETE.${STREAMS.verdicts}`,
  `$JS.API.STREAM.PURGE.${STREAMS.verdicts}`,
  `$JS.API.STREAM.UPDATE.${STREAMS.sessions}`,
  `$KV.${BUCKETS.deployment}.deployment`,
  internalAddress('verdicts', 0),
  verbAddress('decide', WORKSPACE),
  '$SYS.REQ.SERVER.PING',
  '_INBOX',
  'edict._INBOX.x',
];

const request = (number: number) => ({
  request_id: `hostile-${number}`,
  subject: { type: 'agent', id: `hostile-${number}` },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'pay.out' },
  context: { cost: 1 },
});

/** A requester that wants its answer written where it may not write itself. */
export const hostileReplies: FaultCase = {
  name: 'hostile-replies',
  what: 'requests whose reply address is a journal or an API of the broker become dead letters, nothing is written',
  play: (round) =>
    afterLoad(round, async ({ deployment }) => {
      const nc = await connect({ servers: deployment.url });
      try {
        const before = await messageCounts(nc);
        const addresses = [
          ...VERBS.map((verb) => verbAddress(verb, WORKSPACE)),
          ...VERBS.map((verb) => boundAddress('hostile', verb, WORKSPACE)),
          HEALTH_ADDRESS,
        ];
        let sent = 0;
        let expected = 0;
        for (const address of addresses) {
          // Every process hears what is asked about health.
          const hearers = address === HEALTH_ADDRESS ? deployment.processes().length : 1;
          for (const reply of HARMFUL) {
            nc.publish(address, JSON.stringify(request(sent++)), reply === undefined ? {} : { reply });
            expected += hearers;
          }
        }
        return { faults: sent, sent, violations: await harmDone(nc, before, expected) };
      } finally {
        await nc.close();
      }
    }),
};

type Counts = ReadonlyMap<string, number>;

const messageCounts = async (nc: NatsConnection): Promise<Counts> => {
  const jsm = await jetstreamManager(nc);
  const counts = new Map<string, number>();
  for await (const { config, state } of jsm.streams.list()) counts.set(config.name, state.last_seq);
  return counts;
};

const harmDone = async (nc: NatsConnection, before: Counts, expected: number): Promise<Violation[]> => {
  const deadBefore = before.get(STREAMS.dead) ?? 0;
  const dead = async (): Promise<number> => ((await messageCounts(nc)).get(STREAMS.dead) ?? 0) - deadBefore;
  const found: Violation[] = [];
  await eventually('each became a dead letter', async () => (await dead()) >= expected, 10_000).catch(
    async () => {
      const sentence = `${await dead()} of ${expected} requests became dead letters`;
      found.push(expectation('dead letters', sentence));
    },
  );
  const after = await messageCounts(nc);
  for (const name of [STREAMS.verdicts, STREAMS.sessions, STREAMS.policies, `KV_${BUCKETS.deployment}`]) {
    if (after.get(name) === before.get(name)) continue;
    const sentence = `${name} went from ${before.get(name)} messages to ${after.get(name)}`;
    found.push(expectation('hostile reply', sentence));
  }
  return found;
};
