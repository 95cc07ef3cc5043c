import { eventually } from '../eventually.ts';
import type { FaultCase } from '../fault-case.ts';
import { underLoad } from '../under-load.ts';

const HOUR_MS = 3_600_000;
const NOTICES_WITHIN_MS = 20_000;

/** Loaded before the service, in which every clock reading is an hour ahead then. */
const SHIFTED = `const now = Date.now; Date.now = () => now() + ${HOUR_MS};`;
const FLAGS = ['--import', `data:text/javascript,${encodeURIComponent(SHIFTED)}`];

/** A host that would write an hour ahead of time what others would have to follow. */
export const clockAhead: FaultCase = {
  name: 'clock-ahead',
  what: 'an enforcer whose clock is an hour ahead joins: it says so, decides nothing, and is killed',
  play: (round) =>
    underLoad(round, {}, async ({ deployment, moment }) => {
      await moment();
      const wrong = deployment.add('enforcer', { flags: FLAGS });
      await eventually(
        'the enforcer says that its clock is wrong',
        async () =>
          (await deployment.health()).some(({ problems }) => problems.some((each) => /clock/i.test(each))),
        NOTICES_WITHIN_MS,
      );
      await moment();
      await deployment.kill(wrong);
      return 1;
    }),
};
