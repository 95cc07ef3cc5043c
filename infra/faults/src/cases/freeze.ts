import { EVERY_SERVICE } from '../deployment/deployment.ts';
import { pause } from '../eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { underLoad } from '../under-load.ts';

/** A member counts as gone after 2 s. */
const FROZEN_MS = { least: 2_300, most: 4_500 };

const freeze: FaultCase = {
  name: 'freeze-enforcer',
  what: 'SIGSTOP of one of two enforcers for longer than its membership lasts, then SIGCONT',
  play: (round) =>
    underLoad(round, { services: [...EVERY_SERVICE, 'enforcer'] }, async ({ deployment, moment, brief }) => {
      const times = brief ? 1 : 3;
      for (let time = 0; time < times; time++) {
        await moment();
        const victim = round.random.pick(enforcers(deployment.processes('enforcer')));
        victim.signal('SIGSTOP');
        await pause(round.random.between(FROZEN_MS.least, FROZEN_MS.most));
        victim.signal('SIGCONT');
      }
      return times;
    }),
};

const killOneOfTwo: FaultCase = {
  name: 'kill-one-of-two',
  what: 'kill -9 of one of two enforcers, while a third joins',
  play: (round) =>
    underLoad(round, { services: [...EVERY_SERVICE, 'enforcer'] }, async ({ deployment, moment, brief }) => {
      const times = brief ? 1 : 3;
      for (let time = 0; time < times; time++) {
        await moment();
        deployment.add('enforcer');
        await moment();
        await deployment.kill(round.random.pick(enforcers(deployment.processes('enforcer'))));
      }
      return times;
    }),
};

const enforcers = <T>(processes: readonly T[]): readonly [T, ...T[]] => {
  const [first, ...others] = processes;
  if (first === undefined) throw new Error('no enforcer runs');
  return [first, ...others];
};

/** Two enforcers over the same journals, one of them in trouble. */
export const ENFORCER_CASES: readonly FaultCase[] = [freeze, killOneOfTwo];
