import { describe, expect, it } from 'vitest';
import { del, save } from './testing/commands.ts';
import { approvals, voting } from './testing/documents.ts';
import { createPolicyJournal } from './testing/policy-journal.ts';

describe('approvals and the policies that decide them', () => {
  const missing = {
    code: 'APPROVAL_POLICY_MISSING',
    path: '/rules/tools/require_approval/0/decision_policy',
  };

  it('warns when the decision policy does not exist yet', () => {
    const journal = createPolicyJournal();
    expect(journal.reply(save(approvals('g', 'policy.fraud')))).toMatchObject({ warnings: [missing] });
    journal.run(save(voting('policy.fraud', 'majority')));
    expect(journal.reply(save(approvals('g', 'policy.fraud')))).toMatchObject({ warnings: [] });
  });

  it('warns when the decision policy is not enforced, and knows the built-in profiles', () => {
    const journal = createPolicyJournal();
    journal.run(save(voting('policy.fraud', 'majority'), { enforcement: 'off' }));
    expect(journal.reply(save(approvals('g', 'policy.fraud')))).toMatchObject({ warnings: [missing] });
    expect(journal.reply(save(approvals('g', 'policy.std.majority')))).toMatchObject({ warnings: [] });
  });

  it.each(['policy.default', 'policy.open'])(
    'refuses a rule that %s decides, because nobody votes under it',
    (id) => {
      const journal = createPolicyJournal();
      journal.run(save(voting('policy.open', 'none')));
      expect(journal.run(save(approvals('g', id)))).toMatchObject({
        ok: false,
        rejection: { code: 'POLICY_INVALID', problems: [{ path: missing.path }] },
      });
    },
  );

  it('refuses to save a decision policy without votes while approvals follow it', () => {
    const journal = createPolicyJournal();
    journal.run(save(approvals('g', 'policy.fraud')));
    expect(journal.run(save(voting('policy.fraud', 'none')))).toMatchObject({
      ok: false,
      rejection: { code: 'POLICY_INVALID', problems: [{ path: '/rules/voting/algorithm' }] },
    });
    journal.run(del('g'));
    expect(journal.run(save(voting('policy.fraud', 'none')))).toMatchObject({ ok: true });
  });

  it('warns when a decision policy is deleted while approvals follow it', () => {
    const journal = createPolicyJournal();
    journal.run(save(voting('policy.fraud', 'majority')));
    journal.run(save(approvals('g', 'policy.fraud')));
    expect(journal.reply(del('policy.fraud'))).toMatchObject({
      warnings: [{ code: 'APPROVAL_POLICY_MISSING' }],
    });
  });
});
