import type { ServiceName } from '@edict/service-kit';
import { EVERY_SERVICE } from '../deployment/deployment.ts';
import { pause } from '../eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { type Site, underLoad } from '../under-load.ts';

const KILLS = 3;
const LONGEST_DOWN_MS = 1_500;

const repeated = (what: (site: Site) => Promise<void>) => async (site: Site) => {
  const times = site.brief ? 1 : KILLS;
  for (let time = 0; time < times; time++) {
    await site.moment();
    await what(site);
  }
  return times;
};

const down = ({ random }: Site): Promise<void> => pause(random.between(0, LONGEST_DOWN_MS));

const killService = (service: ServiceName): FaultCase => ({
  name: `kill-${service}`,
  what: `kill -9 of the ${service}, which is started again`,
  play: (round) =>
    underLoad(
      round,
      {},
      repeated(async (site) => {
        const { deployment } = site;
        for (const victim of deployment.processes(service)) await deployment.kill(victim);
        await down(site);
        deployment.add(service);
      }),
    ),
});

const killNats: FaultCase = {
  name: 'kill-nats',
  what: 'kill -9 of the NATS server, which is started again on its store',
  play: (round) =>
    underLoad(
      round,
      {},
      repeated(async (site) => {
        await site.deployment.nats.kill();
        await down(site);
        await site.deployment.nats.start();
      }),
    ),
};

const killAll: FaultCase = {
  name: 'kill-all',
  what: 'kill -9 of NATS and every service at once, all started again',
  play: (round) =>
    underLoad(
      round,
      {},
      repeated(async (site) => {
        const { deployment } = site;
        const victims = deployment.processes();
        await Promise.all([deployment.nats.kill(), ...victims.map((victim) => deployment.kill(victim))]);
        await down(site);
        await deployment.nats.start();
        for (const { service } of victims) deployment.add(service);
      }),
    ),
};

/** Everything that runs is killed at random moments. */
export const KILL_CASES: readonly FaultCase[] = [...EVERY_SERVICE.map(killService), killNats, killAll];
