import { describe, expect, it } from 'vitest';
import { documentHash } from './document-hash.ts';
import { get, history, idsOf, list, save } from './testing/commands.ts';
import { guardrail } from './testing/documents.ts';
import { createPolicyJournal, START } from './testing/policy-journal.ts';

describe('reading policies', () => {
  const filled = () => {
    const journal = createPolicyJournal();
    for (const tool of ['five', 'ten', 'fifteen']) journal.run(save(guardrail('guardrail.a', [tool])));
    journal.run(save(guardrail('guardrail.b')));
    journal.run(save(guardrail('other')));
    return journal;
  };

  it('SW-05 answers the revision saved last, with everything that the log added', () => {
    expect(filled().read(get('guardrail.a'))).toEqual({
      policy_id: 'guardrail.a',
      kind: 'guardrail',
      revision: 3,
      version: expect.stringMatching(/^\d+_[0-9a-f]{12}$/),
      document: guardrail('guardrail.a', ['fifteen']),
      hash: documentHash(guardrail('guardrail.a', ['fifteen'])),
      enforcement: 'enforce',
      saved_at: new Date(START + 3000).toISOString(),
      actor: 'anonymous',
      reason: '',
      operation: 'save',
      warnings: [],
      set_revision: 3,
    });
  });

  it('SW-05 names what was asked for and what is near it when there is no such policy', () => {
    const decision = filled().run(get('gaurdrail.a'));
    const rejection = decision.ok ? undefined : decision.rejection;
    expect(rejection).toMatchObject({ code: 'POLICY_NOT_FOUND', path: '/policy_id' });
    expect(rejection?.message).toBe('no policy gaurdrail.a: did you mean guardrail.a, guardrail.b?');
  });

  it('SW-06 lists by plain prefix, ordered by id, all without one, none in an empty workspace', () => {
    const journal = filled();
    expect(idsOf(journal.read(list({ prefix: 'guardrail.' })))).toEqual(['guardrail.a', 'guardrail.b']);
    expect(idsOf(journal.read(list({ prefix: '' })))).toEqual(['guardrail.a', 'guardrail.b', 'other']);
    expect(idsOf(journal.read(list({ prefix: 'g*' })))).toEqual([]);
    expect(createPolicyJournal().read(list())).toEqual({ policies: [], set_revision: 0, ungoverned: 'deny' });
  });

  it('lists page by page', () => {
    const journal = filled();
    const first = journal.read(list({ limit: 2 }));
    expect(first).toMatchObject({ next: 'guardrail.b' });
    const second = journal.read(list({ limit: 2, after: 'guardrail.b' }));
    expect(idsOf(first).concat(idsOf(second))).toEqual(['guardrail.a', 'guardrail.b', 'other']);
    expect(second).not.toHaveProperty('next');
  });

  it('SW-07 tells every change, oldest first', () => {
    expect(filled().read(history('guardrail.a'))).toMatchObject({
      deleted: false,
      history: [
        { change: 'saved', revision: 1, set_revision: 1 },
        { change: 'saved', revision: 2, set_revision: 2 },
        { change: 'saved', revision: 3, set_revision: 3 },
      ],
    });
  });

  it('SW-07 tells the history page by page', () => {
    const journal = filled();
    expect(journal.read(history('guardrail.a', { limit: 2 }))).toMatchObject({ next: 2 });
    const rest = journal.read(history('guardrail.a', { after: 2 }));
    expect(rest).toMatchObject({ history: [{ revision: 3 }] });
    expect(rest).not.toHaveProperty('next');
  });

  it('N3 reads by revision, and says which ones exist', () => {
    const journal = filled();
    expect(journal.read(get('guardrail.a', { revision: 2 }))).toMatchObject({
      document: guardrail('guardrail.a', ['ten']),
    });
    const decision = journal.run(get('guardrail.a', { revision: 9 }));
    expect(decision).toMatchObject({
      ok: false,
      rejection: { code: 'POLICY_NOT_FOUND', path: '/revision', current_revision: 3 },
    });
    expect(decision.ok ? '' : decision.rejection.message).toContain('revisions 1 to 3 exist');
  });

  it('N3 reads as of a time, to the millisecond', () => {
    const journal = filled();
    const at = (ms: number) => get('guardrail.a', { at: new Date(START + ms).toISOString() });
    expect(journal.read(at(1999))).toMatchObject({ revision: 1 });
    expect(journal.read(at(2000))).toMatchObject({ revision: 2 });
    expect(journal.read(at(9_999_999))).toMatchObject({ revision: 3 });
    expect(journal.run(at(999))).toMatchObject({
      ok: false,
      rejection: { code: 'POLICY_NOT_FOUND', path: '/at' },
    });
  });

  it('N3 reads as of a revision of the set, and never beyond the last one', () => {
    const journal = filled();
    expect(journal.read(get('guardrail.a', { set_revision: 2 }))).toMatchObject({ revision: 2 });
    expect(idsOf(journal.read(list({ set_revision: 4 })))).toEqual(['guardrail.a', 'guardrail.b']);
    expect(journal.run(list({ set_revision: 6 }))).toMatchObject({
      ok: false,
      rejection: { code: 'REVISION_NOT_REACHED' },
    });
  });

  it('takes one point in the past only', () => {
    const at = new Date(START).toISOString();
    const rejection = { code: 'BAD_REQUEST', path: '/revision' };
    expect(filled().run(get('guardrail.a', { revision: 1, at }))).toMatchObject({ ok: false, rejection });
  });

  it('N3 compares two revisions of a policy', () => {
    expect(filled().read({ op: 'diff', policy_id: 'guardrail.a', a: 1, b: 3 })).toEqual({
      policy_id: 'guardrail.a',
      a: 1,
      b: 3,
      changes: [
        { op: 'replace', path: '/description', from: 'blocks five', to: 'blocks fifteen' },
        { op: 'replace', path: '/rules/tools/blocked_tools/0', from: 'five', to: 'fifteen' },
      ],
    });
  });
});
