import type { SessionView } from '@edict/core';
import { expect, it } from 'vitest';
import { renderSession, renderSessions } from './session.ts';
import { createStyle } from './style.ts';

const style = createStyle(false);
const session: SessionView = {
  workspace: 'default',
  session_id: 'esc-1',
  state: 'Open',
  phase: 'Voting',
  mode: 'macp.mode.decision.v1',
  mode_version: '1.0.0',
  configuration_version: 'escalation',
  policy_id: 'policy.fraud.majority-veto',
  intent: 'tool.invoke tool:ledger.transfer',
  initiator: 'edict',
  participants: ['fraud', 'risk'],
  started_at_unix_ms: Date.parse('2026-11-21T09:00:00Z'),
  deadline_unix_ms: Date.parse('2026-11-21T09:15:00Z'),
  suspended_ms: 0,
  request: { request_id: 'r-7', subject: { type: 'agent', id: 'payments-bot' } },
  proposals: { request: { proposal_id: 'request', option: 'transfer', rationale: '', sender: 'edict' } },
  evaluations: [
    {
      proposal_id: 'request',
      sender: 'fraud',
      recommendation: 'APPROVE',
      confidence: 0.8,
      reason: 'known payee',
    },
  ],
  objections: [],
  votes: { request: { risk: { proposal_id: 'request', sender: 'risk', vote: 'APPROVE', reason: '' } } },
  resolution: null,
  ending: null,
  outlook: {
    not_voted: ['fraud'],
    against_approval: [{ code: 'QUORUM', message: '1 of 2 voted', detail: {} }],
    against_decline: [],
    deadlocked: false,
  },
};

it('says what a session is about, what was said in it and what is missing', () => {
  expect(renderSession(session, style)).toEqual([
    'session       esc-1',
    'state         Open, phase Voting',
    'about         tool.invoke tool:ledger.transfer  (request r-7 of payments-bot)',
    'policy        policy.fraud.majority-veto',
    'initiator     edict',
    'participants  fraud, risk',
    'started       2026-11-21T09:00:00.000Z',
    'deadline      2026-11-21T09:15:00.000Z',
    'said',
    '  proposal    edict  on request  transfer',
    '  evaluation  fraud  on request  APPROVE (0.8)  known payee',
    '  vote        risk   on request  APPROVE',
    'missing',
    '  ballots of  fraud',
    '  to approve  QUORUM: 1 of 2 voted',
  ]);
});

it('says what a request is about that has to be approved', () => {
  const resource = { type: 'tool', id: 'ledger.transfer', properties: { account: 'a-1' } };
  const request = { ...session.request, resource, context: { amount: 5_000 } } as SessionView['request'];
  const lines = renderSession({ ...session, request }, style);
  expect(lines).toContain('properties    {"account":"a-1"}');
  expect(lines).toContain('context       {"amount":5000}');
});

it('says how an ended session ended, and why', () => {
  const ended: SessionView = {
    ...session,
    state: 'Cancelled',
    outlook: null,
    ending: {
      at_unix_ms: Date.parse('2026-11-21T09:05:00Z'),
      sender: 'edict',
      code: 'OUTCOME_IMPOSSIBLE',
      reasons: [{ code: 'VETO', message: 'a critical objection stands', detail: {} }],
    },
  };
  expect(renderSession(ended, style).slice(-3)).toEqual([
    'ended',
    '  OUTCOME_IMPOSSIBLE  2026-11-21T09:05:00.000Z by edict',
    '  VETO                a critical objection stands',
  ]);
});

it('lists a session per line', () => {
  expect(renderSessions([session], style)[1]).toBe(
    'esc-1    Open   Voting  policy.fraud.majority-veto  2026-11-21T09:15:00.000Z  tool.invoke tool:ledger.transfer  (request r-7 of payments-bot)',
  );
});
