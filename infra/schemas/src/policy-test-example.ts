/** A file of policy tests that uses every kind of step. */
export const POLICY_TEST_EXAMPLE = {
  policies: ['.', '../decisions'],
  defaults: {
    given: { at: '2026-11-21T09:00:00Z', ungoverned: 'deny', enforcement: { 'limits.agents': 'audit' } },
    request: { subject: { type: 'agent', id: 'payments-bot' }, action: { name: 'tool.invoke' } },
  },
  cases: [
    {
      name: 'a blocked tool is denied',
      request: { resource: { type: 'tool', id: 'ledger.delete' } },
      expect: { effect: 'deny', exactly: true, reasons: [{ code: 'tool.blocked' }] },
    },
    {
      name: 'the budget runs out',
      steps: [
        { times: 2, request: { resource: { type: 'tool', id: 'ledger.report' }, context: { cost: 20 } } },
        { report: { outcome: 'success', value: 'x' }, expect: { settled: true, value: 'x' } },
        { after: '15h', request: {}, expect: { limits: [{ limit: 'spend', remaining: 30 }] } },
      ],
    },
    {
      name: 'a session decides',
      steps: [
        { session: { initiator: 'lead', participants: ['lead', 'risk'], policy_version: 'policy.x' } },
        {
          signal: {
            sender: 'risk',
            message_type: 'Vote',
            payload: { proposal_id: 'p1', vote: 'APPROVE' },
          },
          expect: { session_state: 'Open' },
        },
      ],
    },
  ],
};
