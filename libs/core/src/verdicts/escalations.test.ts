import type { DocumentRef } from '@edict/contracts';
import { describe, expect, test } from 'vitest';
import { closedEscalations, escalationEnds } from './escalation-ends.ts';
import { escalationStarts, openEscalations } from './escalation-starts.ts';
import {
  approvalDocument,
  limitsDocument,
  type StoryDocument,
  toolRequest,
  transferApproval,
  votingDocument,
} from './story-documents.ts';
import { VerdictStory } from './verdict-story.ts';

const SUBJECT = { type: 'agent', id: 'analyst' };
const MINUTE = 60_000;

const spend = { id: 'spend', measure: 'cost', key: ['agent'], budget: { limit: 50, window: '1d' } };
const withApproval = (entries?: readonly unknown[], more: readonly StoryDocument[] = []) =>
  new VerdictStory([approvalDocument(entries), votingDocument(), limitsDocument([spend]), ...more]);
const transfer = (id = 'a', cost = 5, agent = 'analyst') =>
  toolRequest(id, { id: agent, tool: 'transfer', context: { cost } });
const sessionsOf = (story: VerdictStory): string[] =>
  openEscalations(story.state).map(({ session_id }) => session_id);
const closing = (
  session_id: string,
  outcome: 'positive' | 'negative' | 'cancelled' | 'expired' = 'positive',
) => ({
  subject: SUBJECT,
  request_id: 'a',
  session_id,
  outcome,
});
const citedBy = ({ documents }: { documents: DocumentRef[] }): Record<string, number> =>
  Object.fromEntries(documents.map(({ policy_id, revision }) => [policy_id, revision]));
const codes = (body: { reasons: { code: string }[] }): string[] => body.reasons.map(({ code }) => code);

describe('opening', () => {
  test('an approval rule escalates: no decision yet, a session to wait for, and the budget held without an end', () => {
    const story = withApproval();
    const { body } = story.ask(transfer());
    expect(body).toMatchObject({
      decision: false,
      effect: 'escalate',
      reservation: { id: 'a', expires_at: null },
    });
    expect(body.obligations).toEqual([
      {
        type: 'approval',
        decision_policy: 'policy.majority',
        session_id: expect.stringMatching(/^esc-[0-9a-f]{64}$/),
        approvers: ['fraud', 'risk'],
        deadline: '2025-11-21T12:15:00.000Z',
      },
    ]);
    expect(story.types()).toEqual(['verdict.issued', 'limit.reserved', 'escalation.opened']);
  });

  test('the event holds what starting the session needs, and so does the state', () => {
    const story = withApproval();
    story.ask(transfer());
    const [, , event] = story.events();
    const command = story.entries[0]?.command;
    if (event === undefined) throw new Error('no event');
    const starts = escalationStarts({ event, ws: 'default', command });
    expect(starts).toMatchObject([
      {
        ws: 'default',
        decision_policy: 'policy.majority',
        policy_revision: 1,
        approvers: ['fraud', 'risk'],
        requester: 'analyst',
        request: { subject: SUBJECT, request_id: 'a' },
        proposal: { proposal_id: 'request', option: 'tool.invoke tool:transfer' },
      },
    ]);
    expect(openEscalations(story.state)).toEqual(starts);
  });

  test('nobody approves an own request; when nobody else is left it is denied', () => {
    const story = withApproval([transferApproval({ approvers: ['fraud', 'risk'] })]);
    expect(story.ask(transfer('a', 5, 'risk')).body.obligations[0].approvers).toEqual(['fraud']);
    const alone = withApproval([transferApproval({ approvers: ['risk'] })]);
    const { body } = alone.ask(transfer('a', 5, 'risk'));
    expect(body.effect).toBe('deny');
    expect(codes(body)[0]).toBe('APPROVAL_NO_APPROVERS');
    expect(body.limits[0].reserved).toBe(0);
  });

  test.each([
    ['does not exist', []],
    ['is only on trial', [{ ...votingDocument(), enforcement: 'audit' as const }]],
    ['counts no votes', [votingDocument('none')]],
  ])('a decision policy that %s denies', (_, documents) => {
    const story = new VerdictStory([approvalDocument(), ...documents]);
    const { body } = story.ask(transfer());
    expect(body.effect).toBe('deny');
    expect(codes(body)[0]).toBe('APPROVAL_POLICY_MISSING');
  });

  test('equal approvals share a session, different ones have one each', () => {
    const entries = [
      transferApproval(),
      transferApproval({ approvers: ['risk', 'fraud', 'risk'] }),
      transferApproval({ within: '30m' }),
      transferApproval({ approvers: ['legal'] }),
    ];
    const story = withApproval(entries);
    const { body } = story.ask(transfer());
    expect(body.obligations).toHaveLength(3);
    expect(new Set(sessionsOf(story)).size).toBe(3);
  });

  test('a limit without room denies before anybody is asked', () => {
    const { body } = withApproval().ask(transfer('a', 51));
    expect(body.effect).toBe('deny');
    expect(codes(body)).toContain('limit.exceeded');
  });

  test('a repeat while it waits gets the same bytes, and the id stays taken however long it waits', () => {
    const story = withApproval([transferApproval({ within: '2h' })]);
    const first = story.ask(transfer());
    expect(story.ask(transfer()).text).toBe(first.text);
    story.pass(60 * MINUTE);
    story.forgetReplies();
    expect(story.ask(transfer()).rejection?.code).toBe('REQUEST_ID_REUSED');
    expect(story.pinned('a')).toEqual({ revision: 1, index: 0 });
  });
});

describe('closing', () => {
  const opened = (story = withApproval()) => {
    story.ask(transfer());
    return { story, sessions: sessionsOf(story) as [string, ...string[]] };
  };

  test('a positive end allows, and the time of the reservation starts then', () => {
    const { story, sessions } = opened();
    story.pass(5 * MINUTE);
    story.close(closing(sessions[0]));
    const { body } = story.ask(transfer());
    expect(body).toMatchObject({
      decision: true,
      effect: 'allow',
      reservation: { id: 'a', expires_at: '2025-11-21T12:05:30.000Z' },
      limits: [{ used: 0, reserved: 5 }],
    });
    expect(codes(body)).toContain('ESCALATION_APPROVED');
    story.pass(30_000);
    expect(story.events().at(-1)).toMatchObject({ type: 'limit.settled', data: { cause: 'expired' } });
  });

  test.each([
    ['negative', 'ESCALATION_DENIED'],
    ['cancelled', 'ESCALATION_CANCELLED'],
    ['expired', 'ESCALATION_EXPIRED'],
  ] as const)('a %s end denies with %s, and gives the reservation back', (outcome, code) => {
    const { story, sessions } = opened();
    story.close({ ...closing(sessions[0], outcome), reasons: [{ code: 'VETO', message: 'Fraud objects.' }] });
    const { body } = story.ask(transfer());
    expect(body).toMatchObject({ decision: false, effect: 'deny', reservation: null });
    expect(codes(body)).toEqual([code, 'VETO']);
    expect(body.limits[0]).toMatchObject({ used: 0, reserved: 0 });
    expect(story.types().slice(-2)).toEqual(['verdict.closed', 'limit.released']);
  });

  test('the first close is final', () => {
    const { story, sessions } = opened();
    story.close(closing(sessions[0], 'negative'));
    expect(story.close(closing(sessions[0])).events).toEqual([]);
    expect(story.ask(transfer()).body.effect).toBe('deny');
  });

  test('the end of another session changes nothing', () => {
    const { story } = opened();
    expect(story.close(closing('esc-of-something-else')).events).toEqual([]);
    expect(sessionsOf(story)).toHaveLength(1);
  });

  test('of several sessions each has to approve', () => {
    const story = withApproval([transferApproval(), transferApproval({ approvers: ['legal'] })]);
    const { sessions } = opened(story);
    const [first = '', second = ''] = sessions;
    expect(story.close(closing(first)).events.map(({ type }) => type)).toEqual(['escalation.approved']);
    expect(story.close(closing(first)).events).toEqual([]);
    expect(story.ask(transfer()).body.effect).toBe('escalate');
    expect(sessionsOf(story)).toEqual([second]);
    story.close(closing(second));
    expect(story.ask(transfer()).body.effect).toBe('allow');
  });

  test('without an end the verdict closes itself five seconds after the earliest deadline', () => {
    const { story } = opened();
    story.pass(15 * MINUTE + 4_999);
    expect(story.types()).not.toContain('verdict.closed');
    story.pass(1);
    const { body } = story.ask(transfer());
    expect(codes(body)).toEqual(['ESCALATION_EXPIRED']);
  });

  test('an approval that comes too late does not beat a late timer', () => {
    const { story, sessions } = opened();
    story.now += 15 * MINUTE + 5_000;
    story.close(closing(sessions[0]));
    expect(codes(story.ask(transfer()).body)).toEqual(['ESCALATION_EXPIRED']);
  });

  test('the requester can withdraw, and only that', () => {
    const { story } = opened();
    const report = { request_id: 'a', subject: SUBJECT };
    expect(story.report({ ...report, outcome: 'success' }).rejection?.code).toBe('OUTCOME_NOT_ALLOWED');
    expect(story.report({ ...report, outcome: 'cancelled' }).body).toMatchObject({
      effect: 'deny',
      settled: false,
    });
    expect(codes(story.ask(transfer()).body)).toEqual(['WITHDRAWN']);
    expect(story.ask(transfer('b')).body.limits[0].reserved).toBe(5);
  });

  describe('the sessions that nothing waits for any more', () => {
    const endsOf = (story: VerdictStory) => {
      const entry = story.entries.at(-1);
      const ends = (entry?.events ?? []).flatMap((event) =>
        escalationEnds({ event, ws: 'default', command: entry?.command }),
      );
      expect(closedEscalations(story.state)).toEqual(ends);
      return ends.map(({ ws, session_id, reason }) => [ws, session_id, reason.code]);
    };
    const both = () => opened(withApproval([transferApproval(), transferApproval({ approvers: ['legal'] })]));

    test('are all of them when the requester withdraws or time runs out', () => {
      const { story, sessions } = both();
      story.report({ request_id: 'a', subject: SUBJECT, outcome: 'cancelled' });
      expect(endsOf(story)).toEqual(sessions.map((id) => ['default', id, 'WITHDRAWN']));
      const late = both();
      late.story.pass(15 * MINUTE + 5_000);
      expect(endsOf(late.story)).toEqual(late.sessions.map((id) => ['default', id, 'ESCALATION_EXPIRED']));
    });

    test('are the others when one of several does not approve', () => {
      const { story, sessions } = both();
      const [first, second = ''] = sessions;
      story.close(closing(first, 'negative'));
      expect(endsOf(story)).toEqual([['default', second, 'ESCALATION_DENIED']]);
    });

    test('are none when the only one ends, or all have approved', () => {
      const alone = opened();
      alone.story.close(closing(alone.sessions[0], 'negative'));
      expect(endsOf(alone.story)).toEqual([]);
      const { story, sessions } = both();
      for (const id of sessions) story.close(closing(id));
      expect(endsOf(story)).toEqual([]);
    });
  });

  test('approved work has an outcome like any other', () => {
    const { story, sessions } = opened();
    story.close(closing(sessions[0]));
    const { body } = story.report({ request_id: 'a', subject: SUBJECT, outcome: 'success', cost: 7 });
    expect(body.limits[0]).toMatchObject({ used: 7, reserved: 0 });
  });

  test('another request under the id of a closed one is refused', () => {
    const { story, sessions } = opened();
    story.close(closing(sessions[0]));
    expect(story.ask(transfer('a', 6)).rejection?.code).toBe('REQUEST_ID_REUSED');
  });
});

describe('judged again when it is approved', () => {
  const approvedUnder = (documents: readonly StoryDocument[]) => {
    const story = withApproval();
    story.ask(transfer());
    const [session = ''] = sessionsOf(story);
    story.change(documents);
    story.close(closing(session));
    expect(story.replay()).toEqual([]);
    return { story, body: story.ask(transfer()).body };
  };
  const blocked: StoryDocument = {
    ...approvalDocument(),
    policy_id: 'guardrail.late',
    rules: { tools: { blocked_tools: ['transfer'] } },
  };

  test('a tool that was blocked in the meantime stays blocked', () => {
    const { body } = approvedUnder([approvalDocument(), votingDocument(), limitsDocument([spend]), blocked]);
    expect(body.effect).toBe('deny');
    expect(codes(body)).toContain('tool.blocked');
    expect(body.limits[0].reserved).toBe(0);
  });

  test.each([
    ['approvers', { approvers: ['fraud'] }],
    ['time', { within: '10m' }],
    ['decision policy', { decision_policy: 'policy.other' }],
  ])('another approval by now, of other %s, denies', (_, changed) => {
    const { body } = approvedUnder([approvalDocument([transferApproval(changed)]), votingDocument()]);
    expect(body.effect).toBe('deny');
    expect(codes(body)[0]).toBe('APPROVAL_CHANGED');
  });

  test('an approval that nobody asks for any more changes nothing: the request is allowed', () => {
    const { body } = approvedUnder([
      approvalDocument([transferApproval({ tool: 'other' })]),
      votingDocument(),
    ]);
    expect(body.effect).toBe('allow');
  });

  test('it cites each document that mattered, the policy of the approvers and the limits included', () => {
    const story = withApproval();
    const issued = story.ask(transfer()).body.policies;
    story.close(closing(sessionsOf(story)[0] ?? ''));
    const { effect, policies } = story.ask(transfer()).body;
    expect(effect).toBe('allow');
    expect(policies.revision).toBe(issued.revision);
    expect(citedBy(policies)).toEqual({ 'guardrail.payments': 1, 'policy.majority': 1, 'limits.agents': 1 });
    expect(citedBy(issued)).toEqual(citedBy(policies));
  });

  test.each([
    ['changed', [votingDocument()]],
    ['gone', []],
  ])('it cites only what is in force by then: a policy of the approvers that is %s is not', (_, voting) => {
    const { body } = approvedUnder([approvalDocument(), ...voting, limitsDocument([spend])]);
    expect(citedBy(body.policies)).toEqual({ 'guardrail.payments': 2, 'limits.agents': 2 });
  });

  test('limits are not taken twice', () => {
    const { body, story } = approvedUnder([approvalDocument(), votingDocument(), limitsDocument([spend])]);
    expect(body.limits).toMatchObject([{ limit: 'spend', reserved: 5 }]);
    expect(story.types().filter((type) => type === 'limit.reserved')).toHaveLength(1);
  });

  test('a limit that is new by then is checked, and taken', () => {
    const newLimit = (limit: number) => ({ ...spend, id: 'new', budget: { limit, window: '1d' } });
    const tight = approvedUnder([approvalDocument(), votingDocument(), limitsDocument([spend, newLimit(4)])]);
    expect(tight.body.effect).toBe('deny');
    expect(codes(tight.body)).toContain('limit.exceeded');
    const wide = approvedUnder([approvalDocument(), votingDocument(), limitsDocument([spend, newLimit(6)])]);
    expect(wide.body.limits).toMatchObject([
      { limit: 'spend', reserved: 5 },
      { limit: 'new', reserved: 5 },
    ]);
    const settled = wide.story.report({ request_id: 'a', subject: SUBJECT, outcome: 'success' }).body;
    expect(settled.limits).toMatchObject([
      { limit: 'spend', used: 5, reserved: 0 },
      { limit: 'new', used: 5, reserved: 0 },
    ]);
  });
});

describe('seeds 6.6a: one request through every kind', () => {
  const documents: StoryDocument[] = [
    {
      policy_id: 'guardrail.ws',
      kind: 'guardrail',
      schema_version: 1,
      description: 'Large models need a vote',
      rules: {
        models: {
          allowed_models: ['large', 'small'],
          require_approval: [
            { model: 'large', decision_policy: 'policy.majority', approvers: ['fraud', 'risk'] },
          ],
        },
      },
    },
    {
      policy_id: 'access.labels',
      kind: 'access',
      schema_version: 1,
      description: 'Labels per agent',
      rules: { analyst: { labels: ['public', 'internal'] } },
    },
    limitsDocument([
      {
        id: 'pace',
        measure: 'requests',
        key: ['agent'],
        rate: { limit: 10, period: '1m' },
        stage: 'attempt',
      },
      spend,
    ]),
    votingDocument(),
  ];
  const useModel = (request_id: string, id: string, cost: number, labels: unknown) => ({
    request_id,
    subject: { type: 'agent', id },
    action: { name: 'model.use' },
    resource: { type: 'model', id: 'large', properties: { labels } },
    context: { cost },
  });

  test('the analyst is denied by labels and pays the attempt; both reasons are listed', () => {
    const story = new VerdictStory(documents);
    const { body } = story.ask(useModel('a', 'analyst', 5, { input: 'confidential', output: 'internal' }));
    expect(body.effect).toBe('deny');
    expect(codes(body)).toEqual(expect.arrayContaining(['access.label', 'model.requires_approval']));
    expect(codes(body)[0]).toBe('access.label');
    expect(body.limits).toMatchObject([
      { limit: 'pace', used: 1 },
      { limit: 'spend', used: 0, reserved: 0 },
    ]);
    expect(body.policies.documents.map((d: { policy_id: string }) => d.policy_id).sort()).toEqual([
      'access.labels',
      'guardrail.ws',
      'limits.agents',
    ]);
  });

  test('an approval and a withdrawal list the attempt beside the budget', () => {
    const story = new VerdictStory(documents);
    const ask = (id: string) =>
      story.ask(useModel(id, 'auditor', 5, { input: 'confidential', output: 'internal' }));
    const subject = { type: 'agent', id: 'auditor' };
    ask('a');
    const [session_id = ''] = sessionsOf(story);
    story.close({ subject, request_id: 'a', session_id, outcome: 'positive' });
    expect(ask('a').body).toMatchObject({
      effect: 'allow',
      limits: [
        { limit: 'spend', reserved: 5 },
        { limit: 'pace', used: 1 },
      ],
    });
    ask('b');
    expect(story.report({ subject, request_id: 'b', outcome: 'cancelled' }).body.limits).toMatchObject([
      { limit: 'spend', reserved: 5 },
      { limit: 'pace', used: 2 },
    ]);
    expect(story.replay()).toEqual([]);
  });

  test('the auditor is escalated with 5 of 50 reserved beside 44 spent; a veto releases and denies', () => {
    const story = new VerdictStory(documents);
    story.ask({ ...useModel('spent', 'auditor', 44, 'public'), resource: { type: 'model', id: 'small' } });
    story.report({ request_id: 'spent', subject: { type: 'agent', id: 'auditor' }, outcome: 'success' });
    const { body } = story.ask(useModel('a', 'auditor', 5, { input: 'confidential', output: 'internal' }));
    expect(body.effect).toBe('escalate');
    expect(body.limits[1]).toMatchObject({ used: 44, reserved: 5, remaining: 1 });
    const [session_id = ''] = sessionsOf(story);
    const subject = { type: 'agent', id: 'auditor' };
    const reasons = [{ code: 'VETO', message: 'A critical objection stands.' }];
    story.close({ subject, request_id: 'a', session_id, outcome: 'negative', reasons });
    const closed = story.ask(useModel('a', 'auditor', 5, { input: 'confidential', output: 'internal' })).body;
    expect(codes(closed)).toEqual(['ESCALATION_DENIED', 'VETO']);
    expect(closed.limits).toMatchObject([
      { limit: 'spend', used: 44, reserved: 0, remaining: 6 },
      { limit: 'pace', used: 2 },
    ]);
    expect(story.replay()).toEqual([]);
  });
});
