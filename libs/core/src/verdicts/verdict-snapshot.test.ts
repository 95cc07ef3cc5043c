import { expect, test } from 'vitest';
import { limitsDocument, toolRequest } from './story-documents.ts';
import { describeVerdictState } from './verdict-state.ts';
import { VerdictStory } from './verdict-story.ts';
import { verdictsDecider } from './verdicts-decider.ts';

const spend = { id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 10, window: 'lifetime' } };
const pace = { id: 'pace', measure: 'requests', key: ['agent'], rate: { limit: 5, period: '1m' } };

/** Two agents, of which one has two requests open. */
const busyStory = (): VerdictStory => {
  const story = new VerdictStory([limitsDocument([spend, pace])]);
  for (const [number, id] of ['analyst', 'analyst', 'trader'].entries()) {
    story.ask(toolRequest(`r-${number}`, { id, context: { cost: 3 } }));
    story.now += 1_000;
  }
  return story;
};

const restored = (parts: Iterable<unknown>) => {
  const restoring = verdictsDecider.restore();
  for (const part of parts) restoring.add(part as never);
  return restoring.done();
};

test('a snapshot of format 1 gives the same state', () => {
  const { state } = busyStory();
  const labels: unknown[][] = [];
  const before = [...verdictsDecider.capture(state)].flatMap((part): unknown[] => {
    if (part[0] === 'label') labels[part[1]] = part.slice(2);
    if (part[0] === 'label') return [];
    if (part[0] !== 'hold') return [part];
    const [, key, due, reserveForMs, revision, index, ...charges] = part;
    const told = charges.flatMap((label, at) =>
      at % 2 ? [] : [[...(labels[label] ?? []), charges[at + 1]]],
    );
    return [['held', { key, due, reserveForMs, revision, index }, told]];
  });
  expect(before.filter((part) => (part as unknown[])[0] === 'held')).toHaveLength(3);
  const again = restored(JSON.parse(JSON.stringify(before)));
  expect(describeVerdictState(again)).toEqual(describeVerdictState(state));
  expect([...verdictsDecider.capture(again)]).toEqual([...verdictsDecider.capture(state)]);
});

test('reservations on one account share its label, as they do in the state that was captured', () => {
  const { reservations } = restored(verdictsDecider.capture(busyStory().state));
  const labels = [...reservations.values()].map(({ label }) => label);
  expect(labels[0]).toBe(labels[1]);
  expect(labels[0]).not.toBe(labels[2]);
});
