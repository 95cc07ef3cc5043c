import type { Violation } from '@edict/checker';
import { STREAMS } from '@edict/contracts';
import { DiscardPolicy, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterLoad, type Worked } from '../after-load.ts';
import { pause } from '../eventually.ts';
import { expectation, type FaultCase } from '../fault-case.ts';

const HOUR_NS = 3_600_000_000_000;
const ENDS_WITHIN_MS = 20_000;

/** Each is within what the broker lets anybody change; the last value is as it must be. */
const CHANGES: readonly (readonly [keyof StreamConfig, unknown, unknown])[] = [
  ['max_age', HOUR_NS, 0],
  ['max_msgs', 1_000_000, -1],
  ['max_bytes', 1_000_000_000, -1],
  ['max_msgs_per_subject', 1_000_000, -1],
  ['discard', DiscardPolicy.Old, DiscardPolicy.New],
];

/** Somebody with rights at the broker gives a journal limits, or a retention. */
export const changedStream: FaultCase = {
  name: 'changed-stream',
  what: 'a journal is given an age, a limit or another discard: the enforcer refuses to start, and says why',
  play: (round) =>
    afterLoad(round, async (worked) => {
      const { deployment, brief } = worked;
      await Promise.all(deployment.processes('enforcer').map((each) => deployment.kill(each)));
      const nc = await connect({ servers: deployment.url });
      try {
        const jsm = await jetstreamManager(nc);
        const violations: Violation[] = [];
        const changes = brief ? CHANGES.slice(0, 1) : CHANGES;
        for (const [field, wrong, right] of changes) {
          const stream = round.random.pick([STREAMS.verdicts, STREAMS.policies, STREAMS.sessions]);
          await jsm.streams.update(stream, { [field]: wrong });
          violations.push(...(await startIsRefused(worked, stream, field)));
          await jsm.streams.update(stream, { [field]: right });
        }
        deployment.add('enforcer');
        await deployment.ready();
        return { faults: changes.length, violations };
      } finally {
        await nc.close();
      }
    }),
};

const startIsRefused = async (
  { deployment }: Worked,
  stream: string,
  field: string,
): Promise<readonly Violation[]> => {
  const enforcer = deployment.add('enforcer');
  const code = await Promise.race([enforcer.ended, pause(ENDS_WITHIN_MS)]);
  await deployment.kill(enforcer);
  const output = enforcer.output();
  const says = output.includes('CONFIG_MISMATCH') && output.includes(stream) && output.includes(field);
  if (code === 3 && says) return [];
  return [
    expectation(
      'changed stream',
      `the enforcer must refuse a ${stream} whose ${field} was changed`,
      `it ended with ${String(code ?? 'nothing')}`,
      output,
    ),
  ];
};
