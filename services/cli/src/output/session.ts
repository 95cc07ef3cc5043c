import { type Acknowledgement, placeText, type SignalEnvelope } from '@edict/contracts';
import type { SessionView } from '@edict/core';
import type { Style } from './style.ts';
import { alignColumns, alignFacts } from './table.ts';

/** One line per accepted signal. */
export const renderAcknowledgement = (
  reply: Acknowledgement,
  { message_type, sender }: Pick<SignalEnvelope, 'message_type' | 'sender'>,
  style: Style,
): string[] => [
  [
    reply.duplicate ? style.wait('duplicate') : style.good('accepted'),
    `${message_type} by ${sender}`,
    `session ${style.name(reply.session_id)}`,
    paintState(String(reply.session_state), style),
    style.faint(reply.receipt === null ? '' : placeText(reply.receipt)),
  ]
    .join('  ')
    .trimEnd(),
];

/** A session per line. */
export const renderSessions = (sessions: readonly SessionView[], style: Style): string[] =>
  alignColumns([
    ['SESSION', 'STATE', 'PHASE', 'POLICY', 'DEADLINE', 'ABOUT'].map(style.faint),
    ...sessions.map((session) => [
      style.name(session.session_id),
      paintState(session.state, style),
      session.phase,
      session.policy_id,
      isoOf(session.deadline_unix_ms),
      aboutOf(session),
    ]),
  ]);

/** A session: what it is about, what was said, and what is missing or how it ended. */
export const renderSession = (session: SessionView, style: Style): string[] => [
  ...alignFacts([
    ['session', style.strong(session.session_id)],
    ['state', `${paintState(session.state, style)}, phase ${session.phase}`],
    ['about', aboutOf(session)],
    ['properties', jsonOf(session.request?.resource?.properties)],
    ['context', jsonOf(session.request?.context)],
    ['policy', session.policy_id],
    ['initiator', session.initiator],
    ['participants', session.participants.join(', ')],
    ['started', isoOf(session.started_at_unix_ms)],
    ['deadline', isoOf(session.deadline_unix_ms)],
    ['suspended', session.suspended_ms === 0 ? undefined : `${session.suspended_ms} ms in all`],
  ]),
  ...section('said', saidIn(session), style),
  ...section('missing', missingIn(session), style),
  ...section('ended', endOf(session), style),
];

const section = (title: string, rows: readonly (readonly string[])[], style: Style): string[] =>
  rows.length === 0 ? [] : [style.faint(title), ...alignColumns(rows, '  ')];

/** What the view holds of a signal's payload; what it cannot hold of a long session is only counted there. */
type Said = Readonly<Record<string, unknown>>;

const saidIn = ({ proposals, evaluations, objections, votes }: SessionView): string[][] => [
  ...Object.values(proposals).map((one) => saidRow('proposal', one as Said, 'option', 'rationale')),
  ...listOf(evaluations).map((one) => saidRow('evaluation', one, 'recommendation', 'reason')),
  ...listOf(objections).map((one) => saidRow('objection', one, 'severity', 'reason')),
  ...Object.values(votes).flatMap((ballots) =>
    Object.values(ballots).map((one) => saidRow('vote', one as Said, 'vote', 'reason')),
  ),
];

const listOf = (values: readonly unknown[]): readonly Said[] =>
  Array.isArray(values) ? (values as readonly Said[]) : [];

const saidRow = (kind: string, said: Said, what: string, why: string): string[] => [
  kind,
  wordOf(said['sender']),
  `on ${wordOf(said['proposal_id'])}`,
  said['confidence'] === undefined ? wordOf(said[what]) : `${wordOf(said[what])} (${said['confidence']})`,
  wordOf(said[why]),
];

const missingIn = ({ outlook }: SessionView): string[][] => {
  if (outlook === null) return [];
  const { not_voted, against_approval, against_decline, deadlocked } = outlook;
  return [
    ...(not_voted.length === 0 ? [] : [['ballots of', not_voted.join(', ')]]),
    ...against_approval.map(({ code, message }) => ['to approve', `${code}: ${message}`]),
    ...against_decline.map(({ code, message }) => ['to decline', `${code}: ${message}`]),
    ...(deadlocked ? [['deadlocked', 'neither outcome can be committed any more']] : []),
  ];
};

const endOf = ({ ending, resolution }: SessionView): string[][] => {
  if (ending === null) return [];
  const by = ending.sender === null ? 'by the clock' : `by ${ending.sender}`;
  return [
    [ending.code, `${isoOf(ending.at_unix_ms)} ${by}`],
    ...(resolution === null
      ? []
      : [
          [
            resolution.outcome_positive ? 'approved' : 'declined',
            `${resolution.action}: ${resolution.reason}`,
          ],
        ]),
    ...ending.reasons.map(({ code, message }) => [code, message]),
  ];
};

const paintState = (state: string, style: Style): string => {
  if (state === 'Resolved') return style.good(state);
  return state === 'Open' || state === 'Suspended' ? style.wait(state) : style.bad(state);
};

const aboutOf = ({ request, intent }: SessionView): string =>
  request === null ? intent : `${intent}  (request ${request.request_id} of ${request.subject.id})`;

const jsonOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

const wordOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const isoOf = (ms: number): string => new Date(ms).toISOString();
