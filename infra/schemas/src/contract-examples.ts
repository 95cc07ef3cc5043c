/** The documents that the public contract shows, by the name of the schema that they fit. */
export const CONTRACT_EXAMPLES: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  [
    'decision-request',
    {
      request_id: 'r-7',
      subject: { type: 'agent', id: 'analyst', properties: { session: 's-1', roles: ['support'] } },
      action: { name: 'tool.invoke' },
      resource: {
        type: 'tool',
        id: 'github:create_issue',
        properties: { labels: { input: 'internal' } },
      },
      context: { protocol: 'https', cost: 5, tokens: 1200 },
      at_least_revision: 12,
    },
  ],
  [
    'verdict-reply',
    {
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
          message: 'needs an approval',
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
      reservation: { id: 'r-7', expires_at: '2026-11-21T09:00:30.000Z' },
      policies: {
        revision: 41,
        documents: [{ policy_id: 'guardrail.ws', revision: 7, hash: 'sha256:00' }],
      },
      issued_at: '2026-11-21T09:00:00.000Z',
      receipt: { journal: 'verdicts.3', revision: 1207, index: 4 },
    },
  ],
  [
    'error-reply',
    {
      decision: false,
      error: { code: 'DEADLINE', message: 'too late', path: '', retriable: true },
    },
  ],
  [
    'outcome-report',
    {
      request_id: 'r-7',
      subject: { type: 'agent', id: 'analyst' },
      outcome: 'success',
      cost: 0.25,
      tokens: 900,
      value: { email: 'a@b.example' },
    },
  ],
  [
    'policy-command',
    {
      op: 'save',
      document: { policy_id: 'p' },
      enforcement: 'enforce',
      expected_revision: 3,
      actor: 'ada',
      reason: 'why',
      request_id: 'r',
    },
  ],
  ['policy-command', { op: 'diff', policy_id: 'p', a: 1, b: 2 }],
  [
    'guardrail-document',
    {
      policy_id: 'guardrail.payments',
      kind: 'guardrail',
      schema_version: 1,
      description: 'What payment agents may touch',
      applies_to: { subjects: ['payments-*'] },
      rules: {
        tools: {
          allowed_tools: ['ledger.*', 'mail.send'],
          blocked_tools: ['ledger.delete'],
          require_approval: [
            {
              tool: 'ledger.transfer',
              when: 'context.amount > 1000',
              decision_policy: 'policy.fraud.majority-veto',
              approvers: ['fraud', 'risk', 'compliance'],
              within: '15m',
            },
          ],
        },
        permissions: {
          network: {
            enabled: true,
            require_tls: true,
            allowed_domains: ['*.bank.example'],
            blocked_domains: ['old.bank.example'],
          },
          filesystem: {
            enabled: true,
            allowed_paths: ['/workspace/*'],
            blocked_paths: ['/workspace/.secrets/*'],
            allowed_extensions: ['.md', '.csv'],
          },
        },
        api: { allowed_apis: ['stripe'], blocked_apis: [] },
        models: { allowed_providers: ['openai'], allowed_models: [], blocked_models: ['gpt-3.5-*'] },
        rate_limits: {
          requests: { max_per_minute: 60, max_per_hour: 500 },
          tokens: { max_per_minute: 50_000 },
        },
      },
    },
  ],
  [
    'hooks-document',
    {
      policy_id: 'hooks.customers',
      kind: 'hooks',
      schema_version: 1,
      description: 'Who sees and writes what',
      rules: [
        {
          id: 'no-system-writes',
          phase: 'before',
          operation: 'write',
          pattern: 'system/**',
          when: "subject.type == 'agent'",
          effect: 'deny',
        },
        {
          id: 'mask-email',
          phase: 'after',
          operation: 'read',
          pattern: 'users/*/email',
          effect: 'modify',
          replace_with: '[REDACTED]',
        },
      ],
    },
  ],
  [
    'access-document',
    {
      policy_id: 'access.labels',
      kind: 'access',
      schema_version: 1,
      description: 'Labels per agent',
      rules: {
        analyst: { labels: ['public', 'internal'] },
        auditor: { input_labels: ['public', 'internal', 'confidential'], output_labels: ['public'] },
      },
    },
  ],
  [
    'limits-document',
    {
      policy_id: 'limits.agents',
      kind: 'limits',
      schema_version: 1,
      description: 'Spend and pace',
      rules: [
        {
          id: 'spend',
          measure: 'cost',
          key: ['agent'],
          budget: { limit: 50, window: '1d' },
          on_exceeded: 'reject',
        },
        {
          id: 'pace',
          measure: 'requests',
          key: ['agent'],
          rate: { limit: 60, period: '1m' },
          stage: 'attempt',
        },
        { id: 'fleet', measure: 'cost', key: [], budget: { limit: 1000, window: 'lifetime' } },
      ],
    },
  ],
  [
    'decision-document',
    {
      policy_id: 'policy.demo',
      mode: 'macp.mode.decision.v1',
      schema_version: 1,
      description: 'A descriptor as MACP writes it',
      _comment: 'annotations are legal',
      rules: { voting: { algorithm: 'majority', threshold: 0.5, $note: 1, weights: { _ada: 2 } } },
    },
  ],
  [
    'signal',
    {
      macp_version: '1.0',
      mode: 'macp.mode.decision.v1',
      message_type: 'Vote',
      message_id: 'm-1',
      session_id: 's-1',
      sender: 'fraud',
      timestamp_unix_ms: 1_763_715_600_000,
      payload: { proposal_id: 'request', vote: 'APPROVE' },
    },
  ],
  [
    'signal-acknowledgement',
    {
      ok: true,
      duplicate: false,
      message_id: 'm-1',
      session_id: 's-1',
      session_state: 'Open',
      accepted_at_unix_ms: 1_763_715_600_000,
      error: null,
      receipt: { journal: 'sessions.0', revision: 1, index: 0 },
    },
  ],
];
