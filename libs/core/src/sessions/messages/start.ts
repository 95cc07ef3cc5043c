import {
  DECISION_MODE,
  EVERY_MODE,
  excerpt,
  invalidEnvelope,
  SESSION_BOUNDS,
  SessionStartPayload,
  type SignalEnvelope,
} from '@edict/contracts';
import {
  invalid,
  recorded,
  refusing,
  type SessionDecision,
  type SessionFacts,
  type SessionRejection,
} from '../commands.ts';
import { builtInDecisionPolicy } from '../policy/built-in.ts';
import { findSession, type SessionsState, sessionKeyOf } from '../state/sessions-state.ts';
import { sessionIdFlaw } from './session-id.ts';

/** Version of the decision mode that a session must name. */
export const MODE_VERSION = '1.0.0';

/** Starts a session; the checks come in the order of macp §3.1. */
export const decideStart = (
  envelope: SignalEnvelope,
  { ws, at, facts }: { ws: string; at: number; facts: SessionFacts },
  state: SessionsState,
): SessionDecision => {
  const flaw =
    modeFlaw(envelope.mode) ?? sessionIdFlaw(envelope.session_id) ?? unsupportedMode(envelope.mode);
  if (flaw !== undefined) return refusing(flaw);
  const payload = SessionStartPayload.safeParse(envelope.payload);
  if (!payload.success) return refusing(invalidEnvelope(payload.error, envelope.payload, '/payload'));
  const start = payload.data;
  const from = startTime(envelope, at);
  const refusal =
    versionFlaw(start) ?? lateFlaw(from + start.ttl_ms, at) ?? existing(state, ws, envelope.session_id);
  if (refusal !== undefined) return refusing(refusal);
  const bound = bindPolicy(start.policy_version, facts);
  if (!bound.ok) return refusing(bound.rejection);
  return recorded({
    type: 'session.started',
    data: {
      session_id: envelope.session_id,
      message_id: envelope.message_id,
      initiator: envelope.sender,
      mode: envelope.mode,
      mode_version: start.mode_version,
      configuration_version: start.configuration_version,
      participants: start.participants,
      policy_id: bound.id,
      policy: bound.descriptor,
      intent: start.intent,
      context_id: start.context_id,
      roots: start.roots,
      extensions: start.extensions,
      started_at: at,
      deadline: from + start.ttl_ms,
      max_suspend_ms: start.max_suspend_ms === 0 ? SESSION_BOUNDS.suspendMs : start.max_suspend_ms,
    },
  });
};

/** The sender's clock counts, except where it is ahead: that would give a session more than its time. */
const startTime = ({ timestamp_unix_ms }: SignalEnvelope, at: number): number =>
  timestamp_unix_ms === 0 ? at : Math.min(timestamp_unix_ms, at);

const modeFlaw = (mode: string): SessionRejection | undefined =>
  mode.trim() === '' ? invalid('/mode', 'mode is empty') : undefined;

const unsupportedMode = (mode: string): SessionRejection | undefined =>
  mode === DECISION_MODE
    ? undefined
    : {
        code: 'MODE_NOT_SUPPORTED',
        path: '/mode',
        message: `mode is ${excerpt(mode)}: must be ${DECISION_MODE}`,
      };

const versionFlaw = ({ mode_version }: SessionStartPayload): SessionRejection | undefined =>
  mode_version === MODE_VERSION
    ? undefined
    : invalid('/payload/mode_version', `mode_version is ${excerpt(mode_version)}: must be ${MODE_VERSION}`);

const lateFlaw = (deadline: number, at: number): SessionRejection | undefined =>
  at <= deadline
    ? undefined
    : invalid(
        '/timestamp_unix_ms',
        `the session would have ended ${at - deadline} ms ago: timestamp plus ttl_ms`,
      );

const existing = (state: SessionsState, ws: string, id: string): SessionRejection | undefined => {
  const found = findSession(state, ws, id);
  const session_state = found?.progress.state ?? state.tombstones.get(sessionKeyOf(ws, id));
  if (session_state === undefined) return undefined;
  return {
    code: 'SESSION_ALREADY_EXISTS',
    path: '/session_id',
    message: `session ${id} exists already and is ${session_state.toLowerCase()}; a new session needs a new id`,
    session_state,
  };
};

type Bound =
  | { readonly ok: true; readonly id: string; readonly descriptor: unknown }
  | { readonly ok: false; readonly rejection: SessionRejection };

const bindPolicy = (version: string, facts: SessionFacts): Bound => {
  const builtIn = builtInDecisionPolicy(version);
  if (builtIn !== undefined) return { ok: true, id: builtIn.policy_id, descriptor: builtIn };
  const path = '/payload/policy_version';
  const descriptor = facts?.descriptor;
  const policy = (descriptor ?? {}) as { policy_id?: unknown; kind?: unknown; mode?: unknown };
  if (policy.policy_id !== version) {
    const message = `policy_version is ${excerpt(version)}: no decision policy of that id is enforced in this workspace`;
    return { ok: false, rejection: { code: 'UNKNOWN_POLICY_VERSION', path, message } };
  }
  if (governsDecisions(policy)) return { ok: true, id: version, descriptor };
  const message = `policy_version is ${excerpt(version)}, which is no policy for ${DECISION_MODE}`;
  return { ok: false, rejection: { code: 'INVALID_POLICY_DEFINITION', path, message } };
};

/** Whether a saved document can be bound into a decision session. */
export const governsDecisions = ({ kind, mode }: { kind?: unknown; mode?: unknown }): boolean =>
  mode === DECISION_MODE || mode === EVERY_MODE || (mode === undefined && kind === 'decision');
