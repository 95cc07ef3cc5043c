import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isFault } from '@edict/contracts';
import { afterLoad } from '../after-load.ts';
import { expectation, type FaultCase } from '../fault-case.ts';

/** The store of a deployment is gone while its server is down. */
export const vanishedStore: FaultCase = {
  name: 'vanished-store',
  what: 'the data of a stopped NATS server is removed: its next start is refused',
  play: (round) =>
    afterLoad(round, async ({ deployment }) => {
      await deployment.nats.stop();
      rmSync(join(deployment.nats.home, 'jetstream'), { recursive: true });
      const outcome = await deployment.nats.start().then(
        () => 'it started',
        (error: unknown) => (isFault(error, 'STORE_VANISHED') ? undefined : String(error)),
      );
      const violations =
        outcome === undefined ? [] : [expectation('vanished', 'a server began again on nothing', outcome)];
      return { faults: 1, violations };
    }),
};
