import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const START = Date.UTC(2026, 10, 21, 9);
const LIMITS = {
  policy_id: 'limits.x',
  kind: 'limits',
  schema_version: 1,
  description: 'Spend',
  rules: [
    { id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 10, window: '1d' }, reserve_for: '30s' },
  ],
};

let engine: TestEngine;
beforeEach(async () => {
  engine = await createTestEngine('default', START);
  await engine.send('policy', { op: 'set_workspace', ungoverned: 'allow' });
  await engine.send('policy', { op: 'save', document: LIMITS });
});
afterEach(() => engine.close());

const ask = async (request_id: string) => {
  const answer = await engine.send('decide', {
    request_id,
    subject: { type: 'agent', id: 'a' },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: 'x' },
    context: { cost: 1 },
  });
  return (answer['limits'] as { used: number; reserved: number }[])[0];
};

it('stands still until time passes', async () => {
  expect(engine.now()).toBe(START);
  await engine.pass(90_000);
  expect(engine.now()).toBe(START + 90_000);
});

it('ends a reservation at its time, not before', async () => {
  await ask('r-1');
  await engine.pass(29_000);
  expect(await ask('r-2')).toMatchObject({ used: 0, reserved: 2 });
  await engine.pass(2_000);
  expect(await ask('r-3')).toMatchObject({ used: 1, reserved: 2 });
});

it('leaps over months in which nothing happens', async () => {
  await ask('r-1');
  await engine.pass(100 * 86_400_000);
  expect(await ask('r-2')).toMatchObject({ used: 0, reserved: 1 });
});
