import { expect, test } from 'vitest';
import { byStage, type CpuProfile, sharesOf } from './stages.ts';

const frame = (functionName: string, url = '') => ({ functionName, url });
const ours = (path: string): string => `file:///anywhere/edict/${path}`;

/** Samples of 100 µs each: the number of them says how much time a node took itself. */
const profile = (...samples: number[]): CpuProfile => ({
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 10] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('(garbage collector)') },
    { id: 4, callFrame: frame('onStreamRead', 'node:internal/stream_base_commons'), children: [5] },
    {
      id: 5,
      callFrame: frame('parse', ours('node_modules/@nats-io/nats-core/lib/parser.js')),
      children: [6],
    },
    { id: 6, callFrame: frame('receive', ours('libs/nats/src/requests/serve.ts')), children: [7, 8] },
    { id: 7, callFrame: frame('parseJsonText', ours('libs/contracts/src/json.ts')) },
    { id: 8, callFrame: frame('pack', ours('libs/journal/src/stored-form.ts')), children: [9] },
    { id: 9, callFrame: frame('writeSync'), children: [] },
    { id: 10, callFrame: frame('writeBuffer') },
  ],
  samples,
  timeDeltas: samples.map(() => 100),
});

test('time counts for the stage of the file that spent it', () => {
  const stages = byStage(sharesOf(profile(6, 7, 7, 8)));
  expect(stages.filter(({ micros }) => micros > 0)).toEqual([
    { stage: 'receive', micros: 100 },
    { stage: 'parse', micros: 200 },
    { stage: 'commit', micros: 100 },
  ]);
});

test('what Node or a dependency does counts for the file of ours that called it', () => {
  expect(sharesOf(profile(9, 9, 8))).toEqual([
    { stage: 'commit', file: 'libs/journal/src/stored-form.ts', micros: 300 },
  ]);
});

test('reading and the client are receiving; writes, which nobody of ours calls, are apart', () => {
  expect(sharesOf(profile(4, 5, 10)).map(({ stage, micros }) => [stage, micros])).toEqual([
    ['receive', 200],
    ['socket writes', 100],
  ]);
});

test('idle time is nobody’s, garbage collection is a stage of its own', () => {
  expect(sharesOf(profile(2, 2, 3)).map(({ stage, micros }) => [stage, micros])).toEqual([
    ['garbage collection', 100],
  ]);
});
