import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommit } from './commit-text.ts';
import { createHost } from './create-host.ts';
import { foldCommit } from './fold-commit.ts';
import type { Answer } from './host-options.ts';
import { createMemoryJournals } from './memory-journal.ts';
import {
  type AppendFault,
  createFaultyJournal,
  createStepClock,
  TALLY_LIMIT,
  type TallyCommand,
  type TallyEvent,
  tallyDecider,
} from './testing/index.ts';

const NAME = 'verdicts.0';

const faultKinds = fc.array(
  fc.constantFrom('none', 'fails', 'loses-ack', 'rival-first', 'rival-on-top') satisfies fc.Arbitrary<
    AppendFault['kind'] | 'none'
  >,
  { maxLength: 12 },
);
const commands = fc.array(
  fc.record({
    type: fc.constant('add' as const),
    name: fc.constantFrom('a', 'b'),
    amount: fc.integer({ min: 1, max: 4 }),
    id: fc.constantFrom('r-1', 'r-2', 'r-3', 'r-4', 'r-5', 'r-6'),
  }),
  { minLength: 1, maxLength: 25 },
);

describe('a host under any faults of its journal', () => {
  it('answers exactly what is stored, stores each id once, and never goes over the limit', async () => {
    await fc.assert(
      fc.asyncProperty(faultKinds, commands, async (kinds, sent) => {
        const journals = createMemoryJournals();
        const clock = createStepClock();
        const hostOn = async (incarnation: string) => {
          const journal = createFaultyJournal(await journals.open(NAME));
          const facts = () => ({ ok: true as const, facts: { extra: 0 } });
          const host = createHost({ journal, decider: tallyDecider, clock, incarnation, facts });
          await host.load();
          return { journal, host };
        };
        const [mine, rival] = [await hostOn('m'), await hostOn('r')];
        const send = (host: typeof mine.host, command: TallyCommand): Promise<Answer<TallyEvent>> =>
          new Promise((resolve) => host.submit({ command, ws: 'default' }, resolve));
        let rivals = 0;
        const steal = async (): Promise<void> => {
          const command = sent[rivals++ % sent.length];
          if (command !== undefined) await send(rival.host, command);
        };
        for (const kind of kinds) {
          if (kind === 'none') continue;
          mine.journal.appends.push(
            kind === 'fails' || kind === 'loses-ack' ? { kind } : { kind, rival: steal },
          );
        }
        const answers = Promise.all(
          sent.map((command, i) => send(i % 3 === 2 ? rival.host : mine.host, command)),
        );
        for (let i = 0; i < 200; i++) await clock.step(50);
        const settledAnswers = await answers;

        const stored = journals.commits(NAME).map((bytes) => parseCommit(NAME, bytes));
        const state = tallyDecider.initialState();
        const events = stored.flatMap((commit) => foldCommit(commit, tallyDecider, state, undefined));
        const ids = events.map(({ event }) => event.data.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const total of state.totals.values()) expect(total).toBeLessThanOrEqual(TALLY_LIMIT);
        for (const [i, answer] of settledAnswers.entries()) {
          const command = sent[i];
          if (!answer.ok) {
            expect(['POLICY_DENIED', 'REQUEST_ID_REUSED']).toContain(answer.rejection.code);
            continue;
          }
          const place = events.find(({ event }) => event.data.id === command?.id);
          expect(JSON.parse(answer.reply).receipt).toEqual(place?.receipt);
        }
        expect(await mine.host.ask(({ totals }) => [...totals].sort())).toEqual([...state.totals].sort());
        expect([mine.host.status().queued, rival.host.status().queued]).toEqual([0, 0]);
      }),
      { numRuns: 150 },
    );
  });
});
