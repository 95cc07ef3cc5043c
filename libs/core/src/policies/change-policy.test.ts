import { describe, expect, it } from 'vitest';
import { documentHash } from './document-hash.ts';
import { del, get, history, idsOf, list, save } from './testing/commands.ts';
import { guardrail } from './testing/documents.ts';
import { createPolicyJournal } from './testing/policy-journal.ts';

describe('deleting a policy', () => {
  const withDeleted = () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a', ['x']), { enforcement: 'warn' }));
    journal.run(del('a', { actor: 'ada', reason: 'obsolete' }));
    return journal;
  };

  it('SW-08 ends a live policy, and refuses to end one that is not', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    expect(journal.reply(del('a'))).toMatchObject({
      policy_id: 'a',
      revision: 1,
      deleted: true,
      set_revision: 2,
    });
    expect(journal.run(del('a'))).toMatchObject({ ok: false, rejection: { code: 'POLICY_NOT_FOUND' } });
    expect(journal.run(del('b'))).toMatchObject({ ok: false, rejection: { code: 'POLICY_NOT_FOUND' } });
  });

  it('N18 SW defect 13: keeps the evidence and hides the policy from lists and reads', () => {
    const journal = withDeleted();
    expect(idsOf(journal.read(list()))).toEqual([]);
    expect(journal.run(get('a'))).toMatchObject({ ok: false, rejection: { code: 'POLICY_NOT_FOUND' } });
    expect(journal.read(get('a', { revision: 1 }))).toMatchObject({
      document: guardrail('a', ['x']),
      deleted: true,
    });
    expect(journal.read(get('a', { set_revision: 1 }))).toMatchObject({ revision: 1 });
    expect(journal.read(history('a'))).toMatchObject({
      deleted: true,
      history: [{ change: 'saved' }, { change: 'deleted', revision: 1, actor: 'ada', reason: 'obsolete' }],
    });
  });

  it('goes on with the numbering when it is saved again, enforced like a new one', () => {
    expect(withDeleted().reply(save(guardrail('a')))).toMatchObject({ revision: 2, enforcement: 'enforce' });
  });

  it('is undone by restore: the last revision as a new one, enforced as it was', () => {
    const journal = withDeleted();
    expect(journal.reply({ op: 'restore', policy_id: 'a' })).toMatchObject({
      revision: 2,
      enforcement: 'warn',
    });
    expect(journal.read(get('a'))).toMatchObject({
      operation: 'restore',
      from_revision: 1,
      document: guardrail('a', ['x']),
    });
    const again = journal.run({ op: 'restore', policy_id: 'a' });
    expect(again).toMatchObject({ ok: false, rejection: { code: 'BAD_REQUEST', path: '/policy_id' } });
  });
});

describe('restoring a policy', () => {
  it('enforces it as it was when it was deleted, unless the command says otherwise', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    journal.run({ op: 'set_enforcement', policy_id: 'a', enforcement: 'audit' });
    journal.run(del('a'));
    expect(journal.reply({ op: 'restore', policy_id: 'a' })).toMatchObject({ enforcement: 'audit' });
    journal.run(del('a'));
    const restore = { op: 'restore' as const, policy_id: 'a', enforcement: 'off' as const };
    expect(journal.reply(restore)).toMatchObject({ enforcement: 'off' });
  });
});

describe('rolling a policy back', () => {
  it('N3 SW defect 11: makes an older revision the newest, and keeps what lies between', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a', ['old'])));
    journal.run(save(guardrail('a', ['new']), { enforcement: 'warn' }));
    expect(journal.reply({ op: 'rollback', policy_id: 'a', revision: 1 })).toMatchObject({
      revision: 3,
      hash: documentHash(guardrail('a', ['old'])),
      enforcement: 'warn',
    });
    expect(journal.read(get('a'))).toMatchObject({ operation: 'rollback', from_revision: 1 });
    expect(journal.read(get('a', { revision: 2 }))).toMatchObject({ document: guardrail('a', ['new']) });
  });

  it('is enforced as the policy is, also when that was deleted meanwhile', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    journal.run({ op: 'set_enforcement', policy_id: 'a', enforcement: 'warn' });
    const rollback = { op: 'rollback' as const, policy_id: 'a', revision: 1 };
    expect(journal.reply(rollback)).toMatchObject({ enforcement: 'warn' });
    journal.run(del('a'));
    expect(journal.reply(rollback)).toMatchObject({ revision: 3, enforcement: 'warn' });
    journal.run(del('a'));
    expect(journal.reply({ ...rollback, enforcement: 'audit' })).toMatchObject({ enforcement: 'audit' });
  });

  it('says which revisions exist', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    const decision = journal.run({ op: 'rollback', policy_id: 'a', revision: 2 });
    expect(decision.ok ? '' : decision.rejection.message).toContain('only revision 1 exists');
  });
});

describe('how a policy is enforced', () => {
  it('is kept by a save that does not name it, and changed by one that does', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a'), { enforcement: 'audit' }));
    expect(journal.reply(save(guardrail('a')))).toMatchObject({ enforcement: 'audit' });
    expect(journal.reply(save(guardrail('a'), { enforcement: 'enforce' }))).toMatchObject({
      enforcement: 'enforce',
    });
  });

  it('changes by an event of its own, which is part of the history and leaves the revision as it is', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    const reply = journal.reply({ op: 'set_enforcement', policy_id: 'a', enforcement: 'off', actor: 'ada' });
    expect(reply).toMatchObject({ revision: 1, enforcement: 'off', set_revision: 2 });
    expect(journal.read(get('a'))).toMatchObject({ revision: 1, enforcement: 'off', set_revision: 2 });
    expect(journal.read(get('a', { set_revision: 1 }))).toMatchObject({ enforcement: 'enforce' });
    expect(journal.read(history('a'))).toMatchObject({
      history: [
        { enforcement: 'enforce' },
        { change: 'enforcement_changed', enforcement: 'off', actor: 'ada' },
      ],
    });
  });

  it('is recorded also when it was so already, so that a repeat never undoes what others set since', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    expect(journal.reply({ op: 'set_enforcement', policy_id: 'a', enforcement: 'enforce' })).toMatchObject({
      set_revision: 2,
    });
  });
});

describe('the workspace', () => {
  it('denies what nobody speaks about until it is told otherwise, by an event', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    expect(journal.read(list())).toMatchObject({ ungoverned: 'deny' });
    const reply = journal.reply({ op: 'set_workspace', ungoverned: 'allow', actor: 'ada' });
    expect(reply).toEqual({
      ungoverned: 'allow',
      set_revision: 2,
      warnings: [],
      receipt: { journal: 'policies.default', revision: 2, index: 0 },
    });
    expect(journal.read(list())).toMatchObject({ ungoverned: 'allow', set_revision: 2 });
    expect(journal.read(list({ set_revision: 1 }))).toMatchObject({ ungoverned: 'deny' });
  });
});
