import { describe, expect, it } from 'vitest';
import { documentHash } from './document-hash.ts';
import { del, get, history, idsOf, list, save } from './testing/commands.ts';
import { guardrail, voting } from './testing/documents.ts';
import { createPolicyJournal, START } from './testing/policy-journal.ts';

describe('saving a policy', () => {
  it('SW-03 appends a revision and answers with id, revision, label, hash and the place in the log', () => {
    const journal = createPolicyJournal();
    const document = guardrail('guardrail.ws');
    const hash = documentHash(document);
    expect(journal.reply(save(document))).toEqual({
      policy_id: 'guardrail.ws',
      revision: 1,
      version: `${START + 1000}_${hash.slice(7, 19)}`,
      hash,
      enforcement: 'enforce',
      set_revision: 1,
      warnings: [],
      receipt: { journal: 'policies.default', revision: 1, index: 0 },
    });
  });

  it('SW-03 appends a revision for equal content as well', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    expect(journal.reply(save(guardrail('a')))).toMatchObject({ revision: 2, set_revision: 2 });
  });

  it('SW-04 makes the label itself: a document that brings one is refused', () => {
    const decision = createPolicyJournal().run(save({ ...guardrail('a'), version: '1.0' }));
    expect(decision).toMatchObject({
      ok: false,
      rejection: { code: 'POLICY_INVALID', problems: [{ path: '/version' }] },
    });
  });

  it('N17 records who saved it and why, or that nobody was named', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a'), { actor: 'ada', reason: 'incident 7' }));
    journal.run(save(guardrail('a')));
    expect(journal.read(history('a'))).toMatchObject({
      history: [
        { actor: 'ada', reason: 'incident 7' },
        { actor: 'anonymous', reason: '' },
      ],
    });
  });

  it('N2 refuses a save that expects another revision than the live one, and says which that is', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a')));
    journal.run(save(guardrail('a', ['x'])));
    expect(journal.run(save(guardrail('a', ['y']), { expected_revision: 1 }))).toMatchObject({
      ok: false,
      rejection: { code: 'REVISION_CONFLICT', path: '/expected_revision', current_revision: 2 },
    });
    expect(journal.reply(save(guardrail('a', ['y']), { expected_revision: 2 }))).toMatchObject({
      revision: 3,
    });
  });

  it('N2 takes expected revision 0 as: no such policy is live', () => {
    const journal = createPolicyJournal();
    expect(journal.reply(save(guardrail('a'), { expected_revision: 0 }))).toMatchObject({ revision: 1 });
    expect(journal.run(save(guardrail('a'), { expected_revision: 0 }))).toMatchObject({
      ok: false,
      rejection: { code: 'REVISION_CONFLICT', current_revision: 1 },
    });
    journal.run(del('a'));
    expect(journal.run(save(guardrail('a'), { expected_revision: 1 }))).toMatchObject({
      ok: false,
      rejection: { code: 'REVISION_CONFLICT', current_revision: 0 },
    });
  });

  it('SW defect 6 keeps both of two saves that do not expect a revision', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a', ['first'])));
    journal.run(save(guardrail('a', ['second'])));
    expect(journal.read(get('a', { revision: 1 }))).toMatchObject({ document: guardrail('a', ['first']) });
    expect(journal.read(get('a', { revision: 2 }))).toMatchObject({ document: guardrail('a', ['second']) });
  });

  it('SW defect 1 and 2: neither the sender nor a reader can change what was saved', () => {
    const journal = createPolicyJournal();
    const document = guardrail('a', ['x']);
    journal.run({ op: 'save', document });
    (document.rules.tools.blocked_tools as string[]).push('y');
    const answer = journal.run(get('a'));
    const read = (answer.ok ? answer.answer : undefined) as { document: typeof document };
    expect(() => (read.document.rules.tools.blocked_tools as string[]).push('z')).toThrow(TypeError);
    expect(journal.read(get('a'))).toMatchObject({ document: guardrail('a', ['x']) });
  });

  it('SW defect 4 reports every problem of a document at once and records nothing', () => {
    const journal = createPolicyJournal();
    const decision = journal.run(
      save({ ...guardrail('a'), schema_version: -1, surprise: 1, description: Number.NaN }),
    );
    expect(decision).toMatchObject({ ok: false, rejection: { code: 'POLICY_INVALID' } });
    expect(journal.entries).toHaveLength(0);
    const both = journal.run(save({ ...guardrail('a'), schema_version: -1, surprise: 1 }));
    const paths = both.ok ? [] : (both.rejection.problems ?? []).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/schema_version', '/surprise']));
  });

  it('answers UNSUPPORTED when all that is wrong is that this build cannot enforce it', () => {
    const files = { permissions: { filesystem: { enabled: true } } };
    const unsupported = { ...guardrail('a'), rules: files };
    expect(createPolicyJournal().run(save(unsupported))).toMatchObject({
      ok: false,
      rejection: {
        code: 'UNSUPPORTED',
        problems: [{ code: 'UNSUPPORTED', path: '/rules/permissions/filesystem' }],
      },
    });
  });

  it('refuses a document above 768 KiB, and a decision document above 256 KiB', () => {
    const long = 'x'.repeat(300 * 1024);
    const journal = createPolicyJournal();
    expect(journal.run(save({ ...voting('d', 'majority'), description: long }))).toMatchObject({
      ok: false,
      rejection: { code: 'PAYLOAD_TOO_LARGE', path: '/document' },
    });
    expect(journal.run(save({ ...guardrail('g'), description: long }))).toMatchObject({ ok: true });
    expect(journal.run(save({ ...guardrail('g'), description: long.repeat(3) }))).toMatchObject({
      ok: false,
      rejection: { code: 'PAYLOAD_TOO_LARGE', path: '/document' },
    });
  });

  it('stores a document once: its command in the log holds the hash alone', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('a', ['unmistakable'])));
    const [entry] = journal.entries;
    expect(entry?.command).not.toContain('unmistakable');
    expect(JSON.parse(entry?.command ?? '')).toEqual({
      op: 'save',
      document_hash: documentHash(guardrail('a', ['unmistakable'])),
    });
  });

  it('takes a MACP descriptor as it is, as kind decision', () => {
    const journal = createPolicyJournal();
    journal.run(save(voting('policy.fraud', 'majority')));
    expect(journal.read(get('policy.fraud'))).toMatchObject({
      kind: 'decision',
      document: voting('policy.fraud', 'majority'),
    });
  });
});

describe('ids', () => {
  it('SW defect 8: org/team and org_team are two policies', () => {
    const journal = createPolicyJournal();
    journal.run(save(guardrail('org/team', ['slash'])));
    journal.run(save(guardrail('org_team', ['underscore'])));
    expect(idsOf(journal.read(list()))).toEqual(['org/team', 'org_team']);
    expect(journal.read(get('org/team'))).toMatchObject({
      revision: 1,
      document: guardrail('org/team', ['slash']),
    });
  });

  it.each(['__proto__', 'constructor', 'toString', 'a.b *>', 'ünï ☂'])('%s is an id like any other', (id) => {
    const journal = createPolicyJournal();
    expect(journal.run(get(id))).toMatchObject({ ok: false, rejection: { code: 'POLICY_NOT_FOUND' } });
    journal.run(save(guardrail(id)));
    expect(journal.read(get(id))).toMatchObject({ policy_id: id, revision: 1 });
    expect(idsOf(journal.read(list({ prefix: id })))).toEqual([id]);
  });
});

describe('a reply', () => {
  it('holds 256 problems at the most, and says how many more there are', () => {
    const extra = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x${i}`, i]));
    const decision = createPolicyJournal().run(save({ ...guardrail('a'), ...extra }));
    const problems = decision.ok ? [] : (decision.rejection.problems ?? []);
    expect(problems).toHaveLength(257);
    expect(problems.at(-1)?.message).toBe('and 44 more like these');
  });

  it('holds 64 warnings at the most, so that a large document with its warnings still fits into a commit', () => {
    const spaced = Array.from({ length: 100 }, (_, i) => `tool${i} `);
    const reply = createPolicyJournal().reply(save(guardrail('a', spaced)));
    expect(reply['warnings']).toHaveLength(65);
  });
});
