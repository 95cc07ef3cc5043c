import type { Fields, Question } from './client.ts';
import { AGENTS, APPROVERS, anyDocument, STRANGER, WORKSPACES } from './documents.ts';
import type { Random } from './random.ts';

export interface Decision {
  readonly question: Question;
  verdict: Fields | undefined;
  /** Whether an answer, or none, left it possible that something was recorded. */
  mayBeRecorded: boolean;
}

/** What all clients know together. */
export interface Knowledge {
  readonly decisions: Decision[];
  readonly outcomes: Question[];
  /** Those of escalations, whose proposal is there from the start, and those that clients began. */
  readonly sessions: { readonly ws: string; readonly id: string; readonly isSealed: boolean }[];
  readonly signals: Question[];
  /** The newest acknowledged set revision by workspace. */
  readonly revisions: Map<string, number>;
  ids: number;
}

type Draw = (random: Random, known: Knowledge, client: string) => Question | undefined;

/** What a client sends next; nothing when there is nothing yet to do it with. */
export const draw: Draw = (random, known, client) =>
  random.weighted<Draw>([
    [30, drawRequest],
    [8, drawRepeat],
    [3, drawOther],
    [18, drawOutcome],
    [22, drawSignal],
    [3, drawStart],
    [9, drawChange],
    [9, drawRead],
  ])(random, known, client);

const drawRequest: Draw = (random, known) => {
  const ws = random.pick(WORKSPACES);
  const agent = random.pick(AGENTS);
  const seen = known.revisions.get(ws) ?? 0;
  const body = {
    request_id: `r${++known.ids}`,
    subject: { type: 'agent', id: agent },
    action: { name: 'tool.invoke' },
    resource: {
      type: 'tool',
      id: random.weighted([
        [3, 'tool.read'],
        [2, 'tool.write'],
        [2, 'tool.send'],
        [4, 'tool.pay'],
        [1, 'tool.pair'],
        [1, 'tool.none'],
      ]),
    },
    context: { cost: random.int(0, 6), tokens: random.int(0, 60) },
    ...(random.chance(0.3) && { at_least_revision: random.chance(0.1) ? seen + 1 : seen }),
  };
  const question: Question = { verb: 'decide', ws, body, ...(random.chance(0.2) && { as: agent }) };
  known.decisions.push({ question, verdict: undefined, mayBeRecorded: false });
  return question;
};

/** The same again. */
const drawRepeat: Draw = (random, { decisions }) =>
  decisions.length === 0 ? undefined : random.pick(decisions.slice(-20)).question;

/** Something else under a known id. */
const drawOther: Draw = (random, { decisions }) => {
  if (decisions.length === 0) return undefined;
  const { question } = random.pick(decisions.slice(-20));
  return { ...question, body: { ...question.body, context: { cost: 7, tokens: 1 } } };
};

const drawOutcome: Draw = (random, known) => {
  const allowed = known.decisions.filter(({ verdict }) => verdict?.['effect'] !== undefined);
  if (allowed.length === 0) return undefined;
  if (known.outcomes.length > 0 && random.chance(0.15)) return random.pick(known.outcomes);
  const { question } = random.pick(allowed.slice(-12));
  const { request_id, subject } = question.body;
  const outcome = random.weighted([
    [5, 'success'],
    [2, 'error'],
    [2, 'cancelled'],
  ]);
  const cost = random.chance(0.7) ? { cost: random.int(0, 7) } : {};
  const report: Question = {
    verb: 'outcome',
    ws: question.ws,
    body: { request_id, subject, outcome, ...cost },
  };
  known.outcomes.push(report);
  return report;
};

const drawSignal: Draw = (random, known) => {
  if (known.sessions.length === 0) return undefined;
  if (known.signals.length > 0 && random.chance(0.1)) return random.pick(known.signals);
  const { ws, id, isSealed } = random.pick(known.sessions.slice(-4));
  const sender = random.chance(0.05) ? STRANGER : random.pick(APPROVERS);
  const said = isSealed ? drawOpinion(random, 'request') : drawContribution(random);
  const signal = signalOf(ws, id, sender, said, known);
  known.signals.push(signal);
  return signal;
};

interface Said {
  readonly message_type: string;
  readonly payload: Fields;
}

const drawOpinion = (random: Random, proposal_id: string): Said => {
  if (random.chance(0.06)) {
    return { message_type: 'Objection', payload: { proposal_id, severity: 'critical', reason: 'no' } };
  }
  const vote = random.weighted([
    [5, 'APPROVE'],
    [2, 'REJECT'],
    [1, 'ABSTAIN'],
  ]);
  return { message_type: 'Vote', payload: { proposal_id, vote } };
};

/** In a session of their own, participants propose, commit and lay it aside as well. */
const drawContribution = (random: Random): Said => {
  const proposal_id = random.pick(['one', 'two']);
  const commitment = {
    commitment_id: 'c',
    action: 'go',
    authority_scope: 'team',
    reason: 'agreed',
    mode_version: '1.0.0',
    policy_version: 'votes.majority',
    configuration_version: '1',
    outcome_positive: random.chance(0.8),
  };
  return random.weighted<() => Said>([
    [3, () => ({ message_type: 'Proposal', payload: { proposal_id, option: 'go', rationale: '' } })],
    [8, () => drawOpinion(random, proposal_id)],
    [3, () => ({ message_type: 'Commitment', payload: commitment })],
    [1, () => ({ message_type: 'SessionSuspend', payload: { reason: 'later' } })],
    [2, () => ({ message_type: 'SessionResume', payload: { reason: 'now' } })],
    [1, () => ({ message_type: 'SessionCancel', payload: { reason: 'never' } })],
  ])();
};

const drawStart: Draw = (random, known) => {
  const ws = random.pick(WORKSPACES);
  const id = `${ws}-00000000-0000-4000-8000-${String(++known.ids).padStart(12, '0')}`;
  known.sessions.push({ ws, id, isSealed: false });
  const payload = {
    intent: 'shall we',
    participants: APPROVERS,
    mode_version: '1.0.0',
    configuration_version: '1',
    policy_version: 'votes.majority',
    ttl_ms: random.int(1_000, 8_000),
    max_suspend_ms: 2_000,
  };
  return signalOf(ws, id, APPROVERS[0], { message_type: 'SessionStart', payload }, known);
};

const signalOf = (ws: string, id: string, sender: string, said: Said, known: Knowledge): Question => ({
  verb: 'signal',
  ws,
  body: {
    macp_version: '1.0',
    mode: 'macp.mode.decision.v1',
    message_id: `m${++known.ids}`,
    session_id: id,
    sender,
    timestamp_unix_ms: 0,
    ...said,
  },
});

const drawChange: Draw = (random, known, client) => {
  const ws = random.pick(WORKSPACES);
  if (random.chance(0.25)) return drawTurn(random, ws, known, client);
  const change = save(client, ws, anyDocument(random), known);
  const expectation = random.chance(0.2) ? { expected_revision: random.int(1, 4) } : {};
  return { ...change, body: { ...change.body, ...expectation } };
};

/** A change of what is in force without a new document. */
const drawTurn = (random: Random, ws: string, known: Knowledge, client: string): Question => {
  const policy_id = random.pick(['guardrail.tools', 'limits.agents']);
  const turn = random.weighted<Fields>([
    [
      4,
      { op: 'set_enforcement', policy_id, enforcement: random.pick(['enforce', 'enforce', 'audit', 'warn']) },
    ],
    [3, { op: 'rollback', policy_id, revision: 1 }],
    [1, { op: 'delete', policy_id }],
    [2, { op: 'restore', policy_id }],
  ]);
  return { verb: 'policy', ws, body: { ...turn, actor: client, request_id: `p${++known.ids}` } };
};

export const save = (client: string, ws: string, document: object, known: Knowledge): Question => ({
  verb: 'policy',
  ws,
  body: { op: 'save', document, actor: client, reason: 'a change', request_id: `p${++known.ids}` },
});

const drawRead: Draw = (random) => ({ verb: 'policy', ws: random.pick(WORKSPACES), body: { op: 'list' } });
