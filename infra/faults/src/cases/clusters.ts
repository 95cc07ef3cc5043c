import { STREAMS } from '@edict/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsNode } from '../deployment/broker.ts';
import { eventually, pause } from '../eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { type Site, underLoad } from '../under-load.ts';

const LONGEST_DOWN_MS = 4_000;

const killLeader: FaultCase = {
  name: 'kill-leader',
  what: 'three servers, three copies: kill -9 of the one that leads the verdicts, which is started again',
  play: (round) =>
    underLoad(round, { cluster: true }, async (site) => {
      const times = site.brief ? 1 : 3;
      for (let time = 0; time < times; time++) {
        await site.moment();
        const leader = await leaderOf(site, STREAMS.verdicts);
        await leader.kill();
        await pause(site.random.between(0, LONGEST_DOWN_MS));
        await leader.start();
        await current(site);
      }
      return times;
    }),
};

const rollingRestart: FaultCase = {
  name: 'rolling-restart',
  what: 'three servers, three copies: each is stopped in good order and started again, one after another',
  play: (round) =>
    underLoad(round, { cluster: true }, async (site) => {
      for (const node of site.deployment.broker.nodes) {
        await site.moment();
        await node.stop();
        await node.start();
        await current(site);
      }
      return site.deployment.broker.nodes.length;
    }),
};

const freezeLeader: FaultCase = {
  name: 'freeze-leader',
  what: 'three servers, three copies: SIGSTOP of the one that leads the verdicts until another leads, then SIGCONT',
  play: (round) =>
    underLoad(round, { cluster: true }, async (site) => {
      await site.moment();
      const leader = await leaderOf(site, STREAMS.verdicts);
      process.kill(leader.pid(), 'SIGSTOP');
      await pause(site.random.between(LONGEST_DOWN_MS, 2 * LONGEST_DOWN_MS));
      process.kill(leader.pid(), 'SIGCONT');
      await current(site);
      return 1;
    }),
};

/** After so long a leader that was cut off has stepped down and stands for election on its own, and answers as it does. */
const LEADERLESS_AFTER_MS = 26_000;

const isolate = async (site: Site, forMs: number): Promise<number> => {
  const { deployment } = site;
  const { broker } = deployment;
  const leader = await leaderOf(site, STREAMS.verdicts);
  await moveLeader(site, STREAMS.policies, leader);
  deployment.add('enforcer', { node: leader });
  await deployment.ready();
  await site.moment();
  broker.isolate(leader);
  await pause(forMs);
  broker.rejoin(leader);
  await current(site);
  return 1;
};

const isolateLeader: FaultCase = {
  name: 'isolate-leader',
  what: 'three servers, three copies: the one that leads the verdicts is cut off, and an enforcer with it',
  play: (round) =>
    underLoad(round, { cluster: true }, (site) =>
      isolate(site, site.random.between(LONGEST_DOWN_MS, 3 * LONGEST_DOWN_MS)),
    ),
};

const isolateLong: FaultCase = {
  name: 'isolate-long',
  what: 'the same for half a minute: the one that was cut off leads no more and knows of nobody who does',
  play: (round) =>
    underLoad(round, { cluster: true }, (site) =>
      isolate(site, site.random.between(LEADERLESS_AFTER_MS, LEADERLESS_AFTER_MS + LONGEST_DOWN_MS)),
    ),
};

const leaderOf = async ({ deployment }: Site, stream: string): Promise<NatsNode> => {
  let leader: NatsNode | undefined;
  await eventually(`somebody leads ${stream}`, async () => {
    const name = (await clusterOf(deployment.url, stream))?.leader;
    leader = deployment.broker.nodes.find((node) => node.name === name);
    return leader !== undefined;
  });
  if (leader === undefined) throw new Error('no leader');
  return leader;
};

/** Each server has caught up with each journal: to take another away before would be two failures at once. */
const current = ({ deployment }: Site): Promise<void> =>
  eventually(
    'each copy is current',
    async () => {
      const streams = [STREAMS.policies, STREAMS.verdicts, STREAMS.sessions, STREAMS.events];
      const clusters = await Promise.all(streams.map((stream) => clusterOf(deployment.url, stream)));
      return clusters.every(
        (cluster) =>
          cluster?.leader !== undefined &&
          cluster.replicas?.length === deployment.broker.nodes.length - 1 &&
          cluster.replicas.every((replica) => replica.current && replica.offline !== true),
      );
    },
    60_000,
  );

const clusterOf = async (url: string, stream: string) => {
  try {
    const nc = await connect({ servers: url.split(','), reconnect: false, timeout: 1_000 });
    try {
      return (await (await jetstreamManager(nc, { checkAPI: false })).streams.info(stream)).cluster;
    } finally {
      await nc.close();
    }
  } catch {
    return undefined;
  }
};

/** Lets a server lead a stream: its leader steps down until the others elect that one. */
const moveLeader = async (site: Site, stream: string, to: NatsNode): Promise<void> => {
  const [node = to] = site.deployment.broker.nodes;
  const nc = await connect({ servers: node.url });
  try {
    while ((await leaderOf(site, stream)) !== to)
      await nc.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`);
  } finally {
    await nc.close();
  }
};

export const CLUSTER_CASES: readonly FaultCase[] = [
  killLeader,
  freezeLeader,
  isolateLeader,
  isolateLong,
  rollingRestart,
];
