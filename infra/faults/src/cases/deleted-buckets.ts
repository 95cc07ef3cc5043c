import { BUCKETS } from '@edict/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterLoad } from '../after-load.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { eventually } from '../eventually.ts';
import { expectation, type FaultCase } from '../fault-case.ts';

/** The projector's own place in the journals, which names its bucket. */
const CHECKPOINT = '_checkpoint';
const VIEWS = [BUCKETS.latest, BUCKETS.history, BUCKETS.sessions];
const REBUILT_WITHIN_MS = 30_000;

type Rows = ReadonlyMap<string, string>;

/** The views are deleted; the journals still know everything. */
export const deletedBuckets: FaultCase = {
  name: 'deleted-buckets',
  what: 'the KV buckets of the views are deleted: the projector builds them again, equal',
  play: (round) =>
    afterLoad(round, async ({ deployment }) => {
      const nc = await connect({ servers: deployment.url });
      try {
        await caughtUp(deployment);
        const before = await rowsOf(nc);
        const jsm = await jetstreamManager(nc);
        for (const bucket of VIEWS) await jsm.streams.delete(`KV_${bucket}`);
        let left: readonly string[] = [];
        const isEqual = async (): Promise<boolean> => {
          left = differences(before, await rowsOf(nc).catch(() => new Map()));
          return left.length === 0;
        };
        const rebuilt = await eventually('equal views', isEqual, REBUILT_WITHIN_MS).then(
          () => true,
          () => false,
        );
        const violations = rebuilt
          ? []
          : [expectation('views', `${left.length} rows of the views are not as they were`, ...left)];
        if (before.size === 0) violations.push(expectation('views', 'the views were empty before'));
        return { faults: VIEWS.length, violations };
      } finally {
        await nc.close();
      }
    }),
};

const caughtUp = (deployment: Deployment): Promise<void> =>
  eventually('the views have caught up', async () => {
    const views = (await deployment.health()).flatMap((report) => report.views);
    return views.length > 0 && views.every(({ lag }) => lag === 0);
  });

/** Every row by bucket and key. */
const rowsOf = async (nc: NatsConnection): Promise<Rows> => {
  const rows = new Map<string, string>();
  for (const bucket of VIEWS) {
    const kv = await new Kvm(nc).open(bucket);
    const keys: string[] = [];
    for await (const key of await kv.keys()) if (key !== CHECKPOINT) keys.push(key);
    for (const key of keys) rows.set(`${bucket} ${key}`, (await kv.get(key))?.string() ?? '');
  }
  return rows;
};

const differences = (before: Rows, after: Rows): string[] => [
  ...[...before].flatMap(([key, row]) =>
    after.get(key) === row ? [] : [`${key}: ${row} became ${after.get(key)}`],
  ),
  ...[...after.keys()].flatMap((key) => (before.has(key) ? [] : [`${key} is new`])),
];
