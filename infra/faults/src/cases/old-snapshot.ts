import type { Violation } from '@edict/checker';
import { BOUNDS, type JournalName, STREAMS, subscriptions } from '@edict/contracts';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Aged, afterPurge } from '../after-purge.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { eventually } from '../eventually.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import { type Client, connectClients } from '../load/clients.ts';
import type { Json } from '../load/history.ts';
import { WORKSPACE } from '../load/policies.ts';

const VERDICT_JOURNALS: readonly JournalName[] = Array.from(
  { length: BOUNDS.partitions },
  (_, partition): JournalName => `verdicts.${partition}`,
);
const NOTICED_WITHIN_MS = 30_000;
const PATIENCE_MS = 20_000;

interface Stored {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** The frames and the seals of a journal's snapshots. */
const snapshotsOf = async (nc: NatsConnection, journal: JournalName): Promise<Stored[]> => {
  const found: Stored[] = [];
  for (let seq = 1; ; ) {
    const query = { seq, next_by_subj: subscriptions.snapshotsOf(journal) };
    const reply: Json = (
      await nc.request(`$JS.API.STREAM.MSG.GET.${STREAMS.snapshots}`, JSON.stringify(query))
    ).json();
    if (reply.error !== undefined) return found;
    const { subject, data = '' } = reply.message;
    found.push({ subject, data: Buffer.from(data, 'base64') });
    seq = reply.message.seq + 1;
  }
};

const removeSnapshots = async (nc: NatsConnection, journal: JournalName): Promise<void> => {
  const filter = subscriptions.snapshotsOf(journal);
  await nc.request(`$JS.API.STREAM.PURGE.${STREAMS.snapshots}`, JSON.stringify({ filter }));
};

const onBus = async <T>({ url }: Deployment, work: (nc: NatsConnection) => Promise<T>): Promise<T> => {
  const nc = await connect({ servers: url });
  try {
    return await work(nc);
  } finally {
    await nc.close();
  }
};

/** The last commit that names one of these snapshots: their seals say it. */
const newestSeal = (stored: readonly Stored[]): number =>
  Math.max(
    0,
    ...stored.map(({ data }) => Number(/^sealed by (\d+)$/.exec(Buffer.from(data).toString())?.[1] ?? 0)),
  );

/** A request that the owner of a journal decides: of somebody whose verdicts lie there. */
const requestOf = ({ history }: Aged, journal: JournalName, number: number): Json => {
  const exchange = history.find(
    ({ verb, reply }) => verb === 'decide' && reply?.body.includes(`"journal":"${journal}"`) === true,
  );
  if (exchange === undefined) throw new Error(`no verdict lies in ${journal}`);
  return { ...JSON.parse(exchange.body), request_id: `after-purge-${number}` };
};

/** The code of the final answer to a request; its receipt's journal when it was decided. */
const outcomeOf = async (client: Client, body: Json): Promise<string> => {
  let reply: Json;
  const isFinal = async (): Promise<boolean> => {
    const text = await client.ask('decide', WORKSPACE, JSON.stringify(body), 2_000);
    reply = text === undefined ? undefined : JSON.parse(text);
    return reply !== undefined && reply.error?.code !== 'UNAVAILABLE';
  };
  await eventually('a final answer', isFinal, PATIENCE_MS).catch(() => undefined);
  return reply?.error?.code ?? reply?.receipt?.journal ?? 'nothing';
};

const judgeRefusals = async (
  aged: Aged,
  spoilt: readonly JournalName[],
  sound: JournalName,
): Promise<readonly Violation[]> => {
  const { deployment } = aged;
  const violations: Violation[] = [];
  const isNamed = async (): Promise<boolean> => {
    const said = (await deployment.health()).flatMap(({ problems }) => problems).join('\n');
    return spoilt.every((journal) => said.includes(journal));
  };
  await eventually('health names the journals', isNamed, NOTICED_WITHIN_MS).catch((error) => {
    violations.push(
      expectation('purged', 'health does not name a journal without its beginning', String(error)),
    );
  });
  const clients = await connectClients(deployment.url);
  for (const [number, journal] of [...spoilt, sound].entries()) {
    const wanted = journal === sound ? sound : 'JOURNAL_BROKEN';
    const outcome = await outcomeOf(clients[0], requestOf(aged, journal, number));
    if (outcome !== wanted) {
      violations.push(
        expectation('purged', `a request of ${journal} must get ${wanted}`, `it got ${outcome}`),
      );
    }
  }
  await Promise.all(clients.map((client) => client.close()));
  return violations;
};

/** Journals whose beginning was purged, and whose only snapshots are too old for what is left, or gone. */
export const oldSnapshot: FaultCase = {
  name: 'old-snapshot',
  what: 'after a purge one journal has its old snapshot back, another none: both are refused, others go on',
  play: (round) => {
    const early = new Map<JournalName, readonly Stored[]>();
    return afterPurge(round, {
      early: (deployment) =>
        onBus(deployment, async (nc) => {
          for (const journal of VERDICT_JOURNALS) early.set(journal, await snapshotsOf(nc, journal));
        }),
      trial: async (aged) => {
        const { deployment, purged } = aged;
        const aside = [...purged].flatMap(([journal, first]) => {
          const seal = newestSeal(early.get(journal) ?? []);
          return seal > 0 && seal < first ? [journal] : [];
        });
        const [old, none, sound] = aside;
        if (old === undefined || none === undefined || sound === undefined) {
          const seals = [...early].map(
            ([journal, stored]) => `${journal} ${newestSeal(stored)}/${purged.get(journal)}`,
          );
          throw new Error(`too few journals were purged above their first snapshots: ${seals.join(', ')}`);
        }
        for (const victim of deployment.processes('enforcer')) await deployment.kill(victim);
        await onBus(deployment, async (nc) => {
          for (const journal of [old, none]) await removeSnapshots(nc, journal);
          for (const { subject, data } of early.get(old) ?? []) await nc.request(subject, data);
        });
        deployment.add('enforcer');
        return { faults: 2, violations: await judgeRefusals(aged, [old, none], sound) };
      },
    });
  },
};
