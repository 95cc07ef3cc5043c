import type { PolicyCommand } from '@edict/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveChanges, policySetDocuments } from './as-of.ts';
import { policiesDecider } from './policies-decider.ts';
import { restoredCommand } from './policy-repeats.ts';
import { policySnapshotText } from './policy-snapshot.ts';
import { del, get, history, list, save } from './testing/commands.ts';
import { guardrail } from './testing/documents.ts';
import { createPolicyJournal } from './testing/policy-journal.ts';

const ids = fc.constantFrom('a', 'b', 'org/team', 'org_team', '__proto__', 'hasOwnProperty');
const enforcement = fc.constantFrom('enforce' as const, 'warn' as const, 'audit' as const, 'off' as const);
const tools = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 });
const expected = fc.option(fc.nat({ max: 4 }), { nil: undefined });

const commands: fc.Arbitrary<PolicyCommand> = fc.oneof(
  fc
    .record({ id: ids, tools, expected })
    .map(({ id, tools, expected: expected_revision }) =>
      save(guardrail(id, tools), expected_revision === undefined ? {} : { expected_revision }),
    ),
  ids.map((id) => del(id)),
  ids.map((policy_id) => ({ op: 'restore' as const, policy_id })),
  fc.record({
    op: fc.constant('rollback' as const),
    policy_id: ids,
    revision: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ op: fc.constant('set_enforcement' as const), policy_id: ids, enforcement }),
  fc
    .constantFrom('allow' as const, 'deny' as const)
    .map((ungoverned) => ({ op: 'set_workspace' as const, ungoverned })),
);
const stories = fc.array(commands, { maxLength: 25 });

const told = (story: readonly PolicyCommand[]) => {
  const journal = createPolicyJournal();
  for (const command of story) journal.run(command);
  return journal;
};

describe('the log of policies', () => {
  it('N1 SW defect 7: gives the whole state back, and nothing else is needed', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const journal = told(story);
        expect(policySnapshotText(journal.replay())).toBe(policySnapshotText(journal.state));
      }),
    );
  });

  it('gives every command back, and deciding it again gives the same events, byte for byte', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { entries, replay } = told(story);
        for (const { at, revision, command, events } of entries) {
          const restored = restoredCommand(JSON.parse(command), JSON.parse(events));
          const again = policiesDecider.decide(
            { command: restored, ws: 'default', at },
            replay(revision - 1),
          );
          expect(JSON.stringify(again.ok ? again.events : again.rejection)).toBe(events);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('SW-14 N1 the history of a policy only ever grows at its end', () => {
    fc.assert(
      fc.property(stories, ids, (story, id) => {
        const journal = createPolicyJournal();
        let before: unknown[] = [];
        for (const command of story) {
          journal.run(command);
          const decision = journal.run(history(id));
          const now = decision.ok ? (decision.answer as { history: unknown[] }).history : [];
          expect(now.slice(0, before.length)).toEqual(before);
          before = structuredCopy(now);
        }
      }),
    );
  });

  it('N3 as of the last revision is what holds now, and as of each earlier one what held then', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { state, entries, replay } = told(story);
        for (let revision = 0; revision <= entries.length; revision++) {
          expect(policySetDocuments(state, { set_revision: revision })).toEqual(
            policySetDocuments(replay(revision)),
          );
        }
        expect(policySetDocuments(state, { set_revision: entries.length })).toEqual(
          policySetDocuments(state),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('N3 as of a time is what held at the last change before it', () => {
    fc.assert(
      fc.property(stories, fc.nat({ max: 30_000 }), (story, after) => {
        const { state, entries, replay } = told(story);
        const at = (entries[0]?.at ?? 0) + after;
        const changes = entries.filter((entry) => entry.at <= at).length;
        expect(policySetDocuments(state, { at })).toEqual(policySetDocuments(replay(changes)));
      }),
    );
  });

  it('numbers the revisions of each id 1, 2, 3 … whatever happens in between', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { revisions } of told(story).state.timelines.values()) {
          const numbers = revisions.slice(0, revisions.length).map(({ revision }) => revision);
          expect(numbers).toEqual(numbers.map((_, i) => i + 1));
        }
      }),
    );
  });

  it('never mixes up ids: what is live is what the last change of exactly that id left', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { saved } of liveChanges(told(story).state)) {
          expect(saved.document.policy_id).toBe(saved.policy_id);
        }
      }),
    );
  });

  it('a rolled back try-out leaves no trace', () => {
    fc.assert(
      fc.property(stories, stories, (story, tried) => {
        const { state } = told(story);
        const before = policySnapshotText(state);
        state.mark();
        for (const command of tried) {
          const decision = policiesDecider.decide({ command, ws: 'default', at: 9e12 }, state);
          const events = decision.ok ? decision.events : [];
          for (const event of events) {
            policiesDecider.evolve(state, event, {
              ws: 'default',
              at: 9e12,
              revision: 99,
              index: 0,
              command,
            });
          }
        }
        state.rollback();
        expect(policySnapshotText(state)).toBe(before);
      }),
    );
  });
});

describe('a policy command sent again', () => {
  const first = save(guardrail('a'), { request_id: 'r-1', actor: 'ada', reason: 'why' });
  const recorded = (command: PolicyCommand) => {
    const decision = policiesDecider.decide({ command, ws: 'w', at: 0 }, policiesDecider.initialState());
    const event = decision.ok ? decision.events[0] : undefined;
    if (event === undefined) throw new Error('nothing recorded');
    const stored = JSON.parse(policiesDecider.encode(command)) as PolicyCommand;
    return {
      entry: { command: stored },
      event,
      receipt: { journal: 'policies.w' as const, revision: 1, index: 0 },
    };
  };

  it('is known by workspace, actor and request id', () => {
    expect(policiesDecider.key(first, 'w')).toBe('w\u0000ada\u0000r-1');
    expect(policiesDecider.key(save(guardrail('a'), { request_id: 'r-1' }), 'w')).toBe(
      'w\u0000anonymous\u0000r-1',
    );
  });

  it('is not known without a request id, and a question never is', () => {
    expect(policiesDecider.key(save(guardrail('a')), 'w')).toBeUndefined();
    expect(policiesDecider.key(get('a', { request_id: 'r' }), 'w')).toBeUndefined();
    expect(policiesDecider.key(list({ request_id: 'r' }), 'w')).toBeUndefined();
  });

  it('is the same command when all but key order is equal, also after a restart', () => {
    const { rules, ...rest } = guardrail('a');
    const again = save({ rules, ...rest }, { request_id: 'r-1', actor: 'ada', reason: 'why' });
    expect(policiesDecider.repeats(again, recorded(first))).toBeUndefined();
  });

  it.each([
    ['another document', save(guardrail('a', ['other']), { request_id: 'r-1', actor: 'ada', reason: 'why' })],
    ['another reason', save(guardrail('a'), { request_id: 'r-1', actor: 'ada', reason: 'because' })],
    ['another operation', del('a', { request_id: 'r-1', actor: 'ada', reason: 'why' })],
  ])('is refused with %s under the same id', (_name, other) => {
    expect(policiesDecider.repeats(other, recorded(first))).toMatchObject({
      code: 'REQUEST_ID_REUSED',
      path: '/request_id',
    });
  });

  it('is the same command whichever verdict allowed it', () => {
    const receipt = { journal: 'verdicts.0' as const, revision: 1, index: 0 };
    const allowed = { ...first, authorised_by: [receipt] };
    expect(
      policiesDecider.repeats({ ...first, authorised_by: [{ ...receipt, revision: 2 }] }, recorded(allowed)),
    ).toBeUndefined();
  });

  it('gets the recorded reply, byte for byte', () => {
    const record = recorded(first);
    const read = { ...record, event: JSON.parse(JSON.stringify(record.event)) };
    expect(policiesDecider.reply(read)).toBe(policiesDecider.reply(record));
  });

  it('decides the same events again on the same state', () => {
    expect(JSON.stringify(recorded(first).event)).toBe(JSON.stringify(recorded(first).event));
  });
});

const structuredCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value));
