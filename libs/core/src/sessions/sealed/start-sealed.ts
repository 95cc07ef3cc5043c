import {
  DECISION_MODE,
  HOST_SENDER,
  type ProposalPayload,
  type Receipt,
  SESSION_BOUNDS,
  type SessionEvent,
  type SessionStarted,
} from '@edict/contracts';
import { createUndoLog } from '../../state/undo-log.ts';
import { acceptedAnswer, refusedAnswer } from '../acknowledgement.ts';
import {
  answered,
  recorded,
  refusing,
  type SessionDecision,
  type SessionRejection,
  type StartSealedCommand,
} from '../commands.ts';
import { governsDecisions, MODE_VERSION } from '../messages/start.ts';
import { readRules } from '../policy/rules.ts';
import { createSession } from '../state/session.ts';
import { findSession, type SessionsState, sessionKeyOf } from '../state/sessions-state.ts';
import { sealedEnding } from './sealed-ending.ts';

/** The id of the one proposal of a sealed session. */
export const SEALED_PROPOSAL = 'request';

/**
 * Starts the session of an escalation. It is judged by the state alone: a repeat, and a start whose deadline has
 * passed, change nothing. A session that cannot end well ends in the same decision.
 */
export const decideStartSealed = (
  command: StartSealedCommand,
  { ws, at }: { readonly ws: string; readonly at: number },
  state: SessionsState,
): SessionDecision => {
  const about = { message_id: '', session_id: command.session_id };
  const key = sessionKeyOf(ws, command.session_id);
  const known = findSession(state, ws, command.session_id)?.progress.state ?? state.tombstones.get(key);
  if (known !== undefined) return answered(acceptedAnswer(about, known, REPEATED));
  if (at > command.deadline) return answered(refusedAnswer(about, LATE));
  const { request } = command;
  const participants = command.roster.filter((name) => name !== request.subject.id);
  const flaw = sealedFlaw(command, participants);
  if (flaw !== undefined) return refusing(flaw);
  const data = sealedStart(command, participants, at);
  const started: SessionEvent = { type: 'session.started', data };
  const session = createSession({ key, ws, begun: 0, start: data }, createUndoLog());
  const ending = sealedEnding(session, { ballots: [], evaluations: [], objections: [] });
  return ending === undefined ? recorded(started) : recorded(started, ending);
};

const REPEATED: { at: number | null; receipt: Receipt | null; duplicate: boolean } = {
  at: null,
  receipt: null,
  duplicate: true,
};
const LATE: SessionRejection = {
  code: 'SESSION_NOT_OPEN',
  message: 'the deadline of the escalation had passed before its session could start',
};

const sealedFlaw = (
  { descriptor }: StartSealedCommand,
  participants: readonly string[],
): SessionRejection | undefined => {
  const policy = (descriptor ?? {}) as { policy_id?: unknown; kind?: unknown; mode?: unknown };
  if (typeof policy.policy_id !== 'string') {
    return { code: 'UNKNOWN_POLICY_VERSION', message: 'the decision policy of the escalation is not known' };
  }
  const read = readRules(descriptor);
  if (!governsDecisions(policy) || (read.ok && read.rules.algorithm === 'none')) {
    const message = `${policy.policy_id} counts no votes, so it cannot decide an escalation`;
    return { code: 'INVALID_POLICY_DEFINITION', message };
  }
  if (participants.length > 0) return undefined;
  return { code: 'FORBIDDEN', message: 'nobody but the requester could approve the request' };
};

const sealedStart = (
  { session_id, descriptor, proposal, deadline, request }: StartSealedCommand,
  participants: readonly string[],
  at: number,
): SessionStarted => ({
  session_id,
  message_id: null,
  initiator: HOST_SENDER,
  mode: DECISION_MODE,
  mode_version: MODE_VERSION,
  configuration_version: 'escalation',
  participants: [...new Set(participants)],
  policy_id: (descriptor as { readonly policy_id: string }).policy_id,
  policy: descriptor,
  intent: proposal.option,
  context_id: '',
  roots: [],
  extensions: {},
  started_at: at,
  deadline,
  max_suspend_ms: SESSION_BOUNDS.suspendMs,
  request,
  proposal: sealedProposal(proposal),
});

const sealedProposal = ({
  option,
  rationale,
  supporting_data,
}: StartSealedCommand['proposal']): ProposalPayload => ({
  proposal_id: SEALED_PROPOSAL,
  option,
  rationale,
  ...(supporting_data !== undefined && { supporting_data }),
});
