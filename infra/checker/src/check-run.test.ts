import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkRun } from './check-run.ts';
import { PROPERTIES } from './properties.ts';
import type { Run } from './run.ts';
import { trueStory } from './testing/story.ts';
import { runOf, type Story, type ToldEntry } from './testing/told-run.ts';

/** The data of an event of an entry, to be changed. */
const dataOf = (entry: ToldEntry | undefined, event: number): Record<string, unknown> => {
  const data = entry?.events[event]?.data;
  if (data === undefined) throw new Error('the story has no such event');
  return data;
};
const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index];
  if (found === undefined) throw new Error('the story is shorter than that');
  return found;
};
const account = (entry: ToldEntry, event: number): { amount: number; account: Record<string, unknown> } =>
  (dataOf(entry, event)['entries'] as { amount: number; account: Record<string, unknown> }[])[0] ?? never();
const never = (): never => {
  throw new Error('the story has no such entry');
};
const set = (target: object | undefined, change: object): void =>
  void Object.assign(target ?? never(), change);
const OVERLOADED = { decision: false, error: { code: 'OVERLOADED' } };
const repeated = ({ verdicts }: Story): void =>
  void verdicts.push({ ...at(verdicts, 0), at: at(verdicts, 6).at });

/** One way each to break what a property promises, and how the story then goes. */
const BREAKS: readonly (readonly [string, string, (story: Story) => void])[] = [
  ['chain', 'time goes back', ({ verdicts }) => set(at(verdicts, 1), { at: 0 })],
  ['recorded', 'an answered verdict is missing', ({ verdicts }) => void verdicts.splice(4)],
  [
    'recorded',
    'an answer says something else',
    ({ history }) => set(at(history, 1).answer, { effect: 'deny' }),
  ],
  ['recorded', 'a saved policy is another one', ({ history }) => set(at(history, 0).answer, { revision: 2 })],
  ['once', 'a request is decided twice', repeated],
  [
    'once',
    'an outcome is recorded twice',
    ({ verdicts }) => void verdicts.push({ ...at(verdicts, 1), at: at(verdicts, 6).at }),
  ],
  ['repeat', 'a repeat has other bytes', ({ history }) => set(at(history, 2).answer, { issued_at: 'later' })],
  [
    'repeat',
    'a repeat waits again after the end',
    ({ history }) => {
      const { reply: _, ...first } = at(history, 5);
      history.push({ ...first, sentAt: 20_000, reply: { at: 20_005, body: '' } });
    },
  ],
  [
    'unrecorded',
    'an overloaded request is decided',
    ({ history }) => set(at(history, 4), { answer: OVERLOADED }),
  ],
  [
    'refusal',
    'an outcome of a known request is not found',
    ({ history }) =>
      set(at(history, 3), { answer: { decision: false, error: { code: 'REQUEST_NOT_FOUND' } } }),
  ],
  [
    'refusal',
    'an id counts as reused that nobody else has',
    ({ history }) =>
      set(at(history, 7), { answer: { decision: false, error: { code: 'REQUEST_ID_REUSED' } } }),
  ],
  [
    'limit',
    'more is admitted than there is',
    ({ verdicts }) => set(account(at(verdicts, 2), 1), { amount: 8e6 }),
  ],
  [
    'limit',
    'a charge is not counted',
    ({ verdicts }) => set(account(at(verdicts, 1), 1).account, { settled: 0 }),
  ],
  [
    'limit',
    'a request is charged again without a decision',
    ({ verdicts }) => void at(verdicts, 1).events.push(at(at(verdicts, 0).events, 1)),
  ],
  ['limit', 'a limit is left out', ({ verdicts }) => void at(verdicts, 2).events.pop()],
  [
    'reservation',
    'an expiry comes too soon',
    ({ verdicts }) => set(at(verdicts, 5), { at: at(verdicts, 5).at - 1 }),
  ],
  [
    'reservation',
    'an expiry releases',
    ({ verdicts }) => set(at(at(verdicts, 5).events, 0), { type: 'limit.released' }),
  ],
  [
    'reservation',
    'an expiry settles a part',
    ({ verdicts }) => set(account(at(verdicts, 5), 0), { amount: 1e6 }),
  ],
  ['reservation', 'a reservation ends twice', ({ verdicts }) => void verdicts.push({ ...at(verdicts, 6) })],
  ['reservation', 'a reservation never ends', ({ verdicts }) => void verdicts.pop()],
  ['session', 'a stranger votes', ({ sessions }) => set(dataOf(at(sessions, 1), 0), { sender: 'z' })],
  ['session', 'a session ends twice', ({ sessions }) => void sessions.push({ ...at(sessions, 3) })],
  ['session', 'a session is approved by nobody', ({ sessions }) => void sessions.splice(1, 2)],
  ['session', 'a session never ends', ({ sessions }) => void sessions.pop()],
  [
    'session',
    'a session is approved against its votes',
    ({ sessions }) => {
      for (const vote of sessions.slice(1, 3))
        dataOf(vote, 0)['payload'] = { proposal_id: 'request', vote: 'REJECT' };
      dataOf(at(sessions, 1), 0)['payload'] = { proposal_id: 'other', vote: 'APPROVE' };
      sessions.splice(3, 0, {
        ...at(sessions, 2),
        events: [
          {
            type: 'signal.accepted',
            data: {
              ...dataOf(at(sessions, 2), 0),
              message_id: 'third',
              payload: { proposal_id: 'other', vote: 'REJECT' },
            },
          },
        ],
      });
    },
  ],
  ['escalation', 'a verdict is closed without its session', ({ sessions }) => void sessions.splice(3)],
  [
    'escalation',
    'a session has another roster',
    ({ sessions }) => set(dataOf(at(sessions, 0), 0), { participants: ['x', 'y', 'z'] }),
  ],
  ['escalation', 'a verdict is never closed', ({ verdicts }) => void verdicts.splice(4)],
  ['policies', 'a revision is missing', ({ policies }) => set(dataOf(at(policies, 0), 0), { revision: 2 })],
  [
    'policies',
    'a document is not what was hashed',
    ({ policies }) => set(dataOf(at(policies, 0), 0), { document: {} }),
  ],
  [
    'citations',
    'a verdict goes back to an older set',
    ({ verdicts }) => set(dataOf(at(verdicts, 2), 0), { policies: { revision: 1, documents: [] } }),
  ],
  [
    'at-least-revision',
    'a demand is ignored',
    ({ history }) => set(at(history, 4).sent, { at_least_revision: 3 }),
  ],
  [
    'fresh',
    'an old set is used long after it changed',
    ({ history }) => set(at(history, 0).answer, { set_revision: 3 }),
  ],
];

describe('the checker', () => {
  it('finds nothing wrong with a run that kept every promise', () => {
    const { violations, counts } = checkRun(runOf(trueStory()));
    expect(violations).toEqual([]);
    expect(counts).toEqual({
      sent: 8,
      answered: 8,
      refused: 1,
      commits: 13,
      events: 18,
      lost: 0,
      doubled: 0,
      overAdmitted: 0,
    });
  });

  it.each(BREAKS)('says %s when %s', (property, _, change) => {
    const story = trueStory();
    change(story);
    const { violations } = checkRun(runOf(story));
    expect(violations.map((violation) => violation.property)).toContain(property);
    expect(violations.every(({ sentence, evidence }) => sentence !== '' && evidence.length > 0)).toBe(true);
  });

  it('says chain when a stored byte is another one', () => {
    const run = runOf(trueStory());
    const bytes = run.journals.get('verdicts.0')?.[2];
    bytes?.set([0x75], Buffer.from(bytes).indexOf('"id":"t"') + 6);
    expect(checkRun(run).violations[0]).toMatchObject({ property: 'chain', evidence: ['verdicts.0/4'] });
  });

  it('says replay what deciding again says', () => {
    const run: Run = {
      ...runOf(trueStory()),
      replay: () => [{ place: 'verdicts.0/1', why: 'allow, then deny' }],
    };
    expect(checkRun(run).violations).toEqual([
      {
        property: 'replay',
        sentence: 'verdicts.0/1 is decided otherwise when it is decided again',
        evidence: ['allow, then deny'],
      },
    ]);
  });

  it('reads commits that are stored as frames, and misses what such a frame does not give', () => {
    const framed = runOf(trueStory(), (text) => zstdCompressSync(text));
    expect(checkRun(framed).violations).toEqual([]);
    const damaged = runOf(trueStory(), (text) => zstdCompressSync(text).subarray(0, -9));
    expect(checkRun(damaged).violations.map(({ property }) => property)).toContain('recorded');
  });

  it('says of a journal that makes no sense that it cannot be judged', () => {
    const story = trueStory();
    set(at(at(story.verdicts, 0).events, 1), { data: { request_id: 7, subject: null } });
    const { violations } = checkRun(runOf(story));
    expect(violations.map(({ sentence }) => sentence).join()).toContain('cannot be judged');
  });

  it('has a way to break each of its properties', () => {
    const broken = new Set([...BREAKS.map(([property]) => property), 'replay']);
    expect([...broken].sort()).toEqual(PROPERTIES.map(({ name }) => name).sort());
  });

  it('judges no deadline of a run that may not have had the time', () => {
    const { quietUntil: _, ...story } = trueStory();
    const verdicts = story.verdicts.slice(0, 6);
    const { quietUntil: __, ...run } = runOf({ ...story, verdicts, quietUntil: 0 });
    expect(checkRun(run).violations).toEqual([]);
  });
});
