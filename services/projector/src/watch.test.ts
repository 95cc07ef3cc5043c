import { createStepClock } from '@edict/journal/testing';
import { describe, expect, it } from 'vitest';
import { createAlarms } from './alarms.ts';
import { createPersistence } from './persist.ts';
import type { Position } from './position.ts';
import type { ReaderOptions } from './reader.ts';
import { createWatch } from './watch.ts';

const READ_UP_TO: Position = { sequence: 18, hash: 'sha256:of-18', stopped: {} };

/** A watch over a stream whose leader says what the test wants. */
const createRig = () => {
  const clock = createStepClock();
  const leader = { lastSequence: READ_UP_TO.sequence, silent: false };
  const reply = () => {
    if (leader.silent) throw new Error('nobody leads');
    return { json: () => ({ config: { num_replicas: 1 }, state: { last_seq: leader.lastSequence } }) };
  };
  const store = { requester: { request: async () => reply() } };
  const context = { store, clock } as unknown as ReaderOptions['context'];
  const alarms = createAlarms(context);
  const sink = { intact: async () => true } as unknown as ReaderOptions['sink'];
  const options: ReaderOptions = { context, alarms, name: 'latest', stream: 'EDICT_POLICIES', sink };
  const persistence = createPersistence(clock);
  const watch = createWatch(options, persistence);
  const lookFor = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      await watch.check(READ_UP_TO);
      await clock.step(1_000);
    }
  };
  return { alarms, clock, leader, lookFor, persistence, watch };
};

describe('a stream that ends before what was read', () => {
  it('raises no alarm when a leader says so for a moment, as one does that was just replaced', async () => {
    const { alarms, leader, lookFor } = createRig();
    leader.lastSequence = 16;
    await lookFor(3);
    leader.lastSequence = 18;
    await lookFor(10);
    leader.lastSequence = 17;
    await lookFor(3);
    expect(alarms.all()).toEqual([]);
  });

  it('raises no alarm when nobody answers in between', async () => {
    const { alarms, leader, lookFor } = createRig();
    leader.lastSequence = 16;
    await lookFor(1);
    leader.silent = true;
    await lookFor(8);
    leader.silent = false;
    await lookFor(2);
    expect(alarms.all()).toEqual([]);
  });

  it('raises an alarm and begins again when it stays so', async () => {
    const { alarms, leader, lookFor } = createRig();
    leader.lastSequence = 16;
    await expect(lookFor(10)).rejects.toMatchObject({ code: 'OUTPUT_RESTARTS' });
    expect(alarms.all()).toMatchObject([{ output: 'latest', code: 'JOURNAL_BROKEN' }]);
  });
});

describe('an output that is held up', () => {
  it('knows how far its stream is meanwhile, and why it is held up', async () => {
    const { clock, leader, lookFor, persistence, watch } = createRig();
    await lookFor(1);
    leader.lastSequence = 25;
    const held = watch.persist(() => Promise.reject(new Error('the broker refuses it')));
    for (let second = 0; second < 3; second++) await clock.step(1_000);
    expect([watch.end(), watch.problem()]).toEqual([25, 'the broker refuses it']);
    persistence.stop();
    await clock.step(5_000);
    await held;
  });
});
