import type { Commit, Entry, IdentifiedRequest, JournalEvent } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { createVerdictRecords, currentVerdict } from './verdict-records.ts';

const request = (id: string, subject = 'analyst'): IdentifiedRequest => ({
  request_id: id,
  subject: { type: 'agent', id: subject },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'x' },
});
const issued = (effect: string): JournalEvent => ({ type: 'verdict.issued', data: { effect } });
const closed = (id: string, effect: string): JournalEvent => ({
  type: 'verdict.closed',
  data: { ...request(id), outcome: 'positive', verdict: { effect } },
});
const entry = (command: unknown, events: readonly JournalEvent[], at = 1, ws = 'default'): Entry => ({
  id: 'e',
  at,
  ws,
  command,
  events,
});
const commit = (revision: number, entries: readonly Entry[]): Commit => ({
  v: 1,
  journal: 'verdicts.0',
  revision,
  previous: '',
  semantics: 1,
  entries,
});
const decide = (id: string, subject?: string) => ({ kind: 'decide', request: request(id, subject) });

const gather = (commits: readonly Commit[], wanted = (_: IdentifiedRequest) => true) => {
  const records = createVerdictRecords('default', wanted);
  for (const one of commits) records.add(one);
  return records.all();
};

describe('createVerdictRecords', () => {
  it('gives each verdict the place that its receipt names', () => {
    const limit = { type: 'limit.reserved', data: {} };
    const records = gather([
      commit(7, [entry(decide('a'), [issued('allow'), limit]), entry(decide('b'), [issued('deny')])]),
    ]);
    expect(records.map(({ receipt }) => receipt)).toEqual([
      { journal: 'verdicts.0', revision: 7, index: 0 },
      { journal: 'verdicts.0', revision: 7, index: 2 },
    ]);
  });

  it('lets the closing of an escalation be the verdict from then on', () => {
    const [record] = gather([
      commit(1, [entry(decide('a'), [issued('escalate')])]),
      commit(2, [entry({ kind: 'close' }, [closed('a', 'allow')])]),
    ]);
    expect(record && currentVerdict(record)).toMatchObject({ effect: 'allow', receipt: { revision: 2 } });
    expect(record?.verdict.effect).toBe('escalate');
  });

  it('keeps subjects and workspaces apart that use the same id', () => {
    const records = gather([
      commit(1, [
        entry(decide('a', 'one'), [issued('allow')]),
        entry(decide('a', 'two'), [issued('deny')]),
        entry(decide('a', 'one'), [issued('deny')], 1, 'elsewhere'),
      ]),
    ]);
    expect(records.map((record) => [record.request.subject.id, record.verdict.effect])).toEqual([
      ['one', 'allow'],
      ['two', 'deny'],
    ]);
  });

  it('keeps only what is wanted, whatever else follows about the rest', () => {
    const records = gather(
      [
        commit(1, [entry(decide('a'), [issued('escalate')]), entry(decide('b'), [issued('allow')])]),
        commit(2, [entry({ kind: 'close' }, [closed('a', 'deny')])]),
      ],
      ({ request_id }) => request_id === 'b',
    );
    expect(records.map(({ request: { request_id } }) => request_id)).toEqual(['b']);
  });
});
