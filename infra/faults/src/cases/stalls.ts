import { pause } from '../eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { underLoad } from '../under-load.ts';

/** From a hiccup to longer than three of a connection's pings. */
const STALLS_MS = { least: 300, most: 8_000 };

/** The server takes connections and answers nothing, as one does whose disk does not answer. */
export const stallNats: FaultCase = {
  name: 'stall-nats',
  what: 'SIGSTOP of the NATS server for up to 8 s, then SIGCONT',
  play: (round) =>
    underLoad(round, {}, async ({ deployment, moment, random, brief }) => {
      const times = brief ? 1 : 3;
      for (let time = 0; time < times; time++) {
        await moment();
        process.kill(deployment.nats.pid(), 'SIGSTOP');
        await pause(random.between(STALLS_MS.least, STALLS_MS.most));
        process.kill(deployment.nats.pid(), 'SIGCONT');
      }
      return times;
    }),
};
