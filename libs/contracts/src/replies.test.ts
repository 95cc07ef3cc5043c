import { describe, expect, it } from 'vitest';
import { Acknowledgement } from './acknowledgement.ts';
import { ERROR_CODES, type ErrorCode, errorBody } from './codes.ts';
import { ErrorReply, RefusedReply } from './error-reply.ts';
import { PolicyChangeReply } from './policy-replies.ts';
import { OutcomeReply, VerdictReply } from './verdict.ts';

const receipt = { journal: 'verdicts.3', revision: 1207, index: 4 };
/** The reply of contract §3, whole. */
const VERDICT = {
  request_id: 'r-7',
  decision: false,
  effect: 'escalate',
  reasons: [
    {
      policy_id: 'guardrail.ws',
      revision: 7,
      rule: 'tools.approval',
      code: 'tool.requires_approval',
      effect: 'escalate',
      message: 'needs approval',
    },
  ],
  warnings: [],
  obligations: [
    {
      type: 'approval',
      decision_policy: 'policy.fraud.majority-veto',
      session_id: 'esc-1',
      approvers: ['fraud'],
      deadline: '2026-11-21T09:15:00.000Z',
    },
  ],
  limits: [
    {
      limit: 'spend',
      policy_id: 'limits.ws',
      key: 'agent:analyst',
      used: 44,
      reserved: 5,
      remaining: 1,
      retry_after_ms: null,
    },
  ],
  reservation: { id: 'r-7', expires_at: '2026-11-21T09:00:30.000Z' },
  policies: { revision: 41, documents: [{ policy_id: 'guardrail.ws', revision: 7, hash: 'sha256:00' }] },
  issued_at: '2026-11-21T09:00:00.000Z',
  receipt,
};

describe('a verdict', () => {
  it('is as the contract shows it', () => {
    expect(VerdictReply.parse(VERDICT)).toEqual(VERDICT);
  });

  it.each([
    { type: 'modify', phase: 'after', rule: 'mask', policy_id: 'hooks', replace_with: null },
    { type: 'withhold', phase: 'after', rule: 'mask', policy_id: 'hooks' },
    { type: 'log', rule: 'note', policy_id: 'hooks' },
    { type: 'alert', limit: 'spend', policy_id: 'limits' },
    { type: 'downgrade', limit: 'spend', policy_id: 'limits', to: 'small' },
  ])('may oblige to $type', (obligation) => {
    expect(VerdictReply.safeParse({ ...VERDICT, obligations: [obligation] }).success).toBe(true);
  });

  it.each([
    ['decision', undefined],
    ['decision', 'yes'],
    ['effect', 'maybe'],
    ['receipt', undefined],
    ['receipt', { ...receipt, journal: 'limits.3' }],
    ['obligations', [{ type: 'dance' }]],
  ])('is none with %s %j', (field, value) => {
    expect(VerdictReply.safeParse({ ...VERDICT, [field]: value }).success).toBe(false);
  });

  it('may bring fields that a reader does not know', () => {
    expect(VerdictReply.safeParse({ ...VERDICT, more: 1 }).success).toBe(true);
  });
});

describe('an error', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s is a reply that denies', (code) => {
    const error = errorBody({ code, message: 'why', path: '/a' });
    expect(ErrorReply.parse({ decision: false, error })).toEqual({ decision: false, error });
    expect(ErrorReply.safeParse({ decision: true, error }).success).toBe(false);
    expect(ErrorReply.safeParse({ error }).success).toBe(false);
  });

  it('of a policy command has every problem, and the revision that is there', () => {
    const error = errorBody({
      code: 'POLICY_INVALID',
      message: 'two problems',
      problems: [
        {
          code: 'POLICY_INVALID',
          path: '/rules/a',
          message: 'a is 1: must be a list',
          allowed: 'must be a list',
        },
        { code: 'UNSUPPORTED', path: '/rules/b', message: 'not yet' },
      ],
      current_revision: 3,
    });
    expect(RefusedReply.parse({ error })).toEqual({ error });
  });
});

describe('the other replies', () => {
  it('are as the contract shows them', () => {
    const outcome = {
      request_id: 'r-7',
      settled: true,
      effect: 'modify',
      value: { a: 1 },
      limits: [],
      receipt,
    };
    const saved = {
      policy_id: 'guardrail.ws',
      revision: 7,
      version: '1_abc',
      hash: 'sha256:00',
      set_revision: 41,
      warnings: [],
      receipt: { journal: 'policies.a.b', revision: 41, index: 0 },
    };
    const accepted = {
      ok: true,
      duplicate: false,
      message_id: 'm-1',
      session_id: 's-1',
      session_state: 'Open',
      accepted_at_unix_ms: 1_763_715_600_000,
      error: null,
      receipt: { journal: 'sessions.0', revision: 1, index: 0 },
    };
    const reasons = [{ code: 'quorum', message: 'one vote is missing', detail: { needed: 2 } }];
    const error = { code: 'POLICY_DENIED', message: 'no', retriable: false, reasons };
    const refused = { ...accepted, ok: false, accepted_at_unix_ms: null, error, receipt: null };
    expect(OutcomeReply.parse(outcome)).toEqual(outcome);
    expect(PolicyChangeReply.parse(saved)).toEqual(saved);
    expect(Acknowledgement.parse(accepted)).toEqual(accepted);
    expect(Acknowledgement.parse(refused)).toEqual(refused);
  });
});
