import type { VerdictReply } from '@edict/contracts';
import { expect, it } from 'vitest';
import { createStyle } from './style.ts';
import { renderVerdict } from './verdict.ts';

const verdict: VerdictReply = {
  request_id: 'r-7',
  decision: false,
  effect: 'escalate',
  reasons: [
    {
      policy_id: 'guardrail.payments',
      revision: 7,
      rule: 'tools.require_approval',
      code: 'tool.requires_approval',
      effect: 'escalate',
      message: 'ledger.transfer needs approval.',
    },
  ],
  warnings: [],
  obligations: [
    {
      type: 'approval',
      decision_policy: 'policy.fraud.majority-veto',
      session_id: 'esc-1',
      approvers: ['fraud', 'risk'],
      deadline: '2026-11-21T09:15:00.000Z',
    },
  ],
  limits: [
    {
      limit: 'spend',
      policy_id: 'limits.agents',
      key: 'agent:analyst',
      used: 44,
      reserved: 5,
      remaining: 1,
      retry_after_ms: null,
    },
  ],
  reservation: { id: 'r-7', expires_at: null },
  policies: { revision: 41, documents: [{ policy_id: 'guardrail.payments', revision: 7, hash: 'sha256:x' }] },
  issued_at: '2026-11-21T09:00:00.000Z',
  receipt: { journal: 'verdicts.3', revision: 1207, index: 4 },
};

it('says the answer first, then every reason, then what it rests on', () => {
  const asked = {
    subject: { type: 'agent', id: 'analyst' },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: 'ledger.transfer' },
  };
  expect(renderVerdict(verdict, asked, createStyle(false))).toEqual([
    'ESCALATE  analyst  tool.invoke  tool:ledger.transfer',
    '  escalate  tool.requires_approval  guardrail.payments r7  tools.require_approval  ledger.transfer needs approval.',
    '  approval  fraud, risk decide under policy.fraud.majority-veto  session esc-1  until 2026-11-21T09:15:00.000Z',
    '  limit  limits.agents spend  agent:analyst  used 44  reserved 5  remaining 1',
    '  request      r-7',
    '  policies     set 41: guardrail.payments r7',
    '  reservation  until the escalation is closed',
    '  issued       2026-11-21T09:00:00.000Z',
    '  receipt      verdicts.3/1207/4',
  ]);
});
