import { expect, it } from 'vitest';
import { replayPlanFrom } from './replay-plan.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const ALL = ['policies', 'verdicts', 'sessions'];

it.each([
  [{}, { kinds: ALL, until: {} }],
  [{ kind: 'verdicts' as const }, { kinds: ['verdicts'], until: {} }],
  [{ to: 'verdicts.3/1207' }, { kinds: ['verdicts'], journal: 'verdicts.3', until: { revision: 1207 } }],
  [
    { to: 'policies.team/one/4' },
    { kinds: ['policies'], journal: 'policies.team/one', until: { revision: 4 } },
  ],
  [{ to: '2026-11-21T09:00:00Z' }, { kinds: ALL, until: { time: NOW - 3_600_000 } }],
  [{ to: '1h' }, { kinds: ALL, until: { time: NOW - 3_600_000 } }],
])('reads %j', (options, plan) => {
  expect(replayPlanFrom(options, NOW)).toEqual(plan);
});

it.each([
  [{ to: 'verdicts/3' }, /a place is JOURNAL\/REVISION/],
  [{ to: 'yesterday' }, /is no time/],
  [{ to: 'verdicts.3/1', kind: 'sessions' as const }, /is a place among the verdicts/],
])('refuses %j', (options, message) => {
  expect(() => replayPlanFrom(options, NOW)).toThrow(message);
});
