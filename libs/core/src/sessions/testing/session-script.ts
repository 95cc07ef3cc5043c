import {
  type Acknowledgement,
  DECISION_MODE,
  MACP_VERSION,
  type SessionEvent,
  type SignalEnvelope,
} from '@edict/contracts';
import type { SessionCommand, StartSealedCommand } from '../commands.ts';
import { sessionsSnapshot, sessionView } from '../session-view.ts';
import { createSessionsDecider } from '../sessions-decider.ts';
import { findSession, type SessionsState } from '../state/sessions-state.ts';

export const WORKSPACE = 'default';
export const SESSION = '0190a1b2-c3d4-7e5f-8a6b-9c0d1e2f3a4b';
export const START = 1_700_000_000_000;
const JOURNAL = 'sessions.0';

/** A decision policy with the given rules, at the newest schema version. */
export const policyWith = (rules: object, schema_version = 3) => ({
  policy_id: 'policy.test.rules',
  mode: DECISION_MODE,
  schema_version,
  description: 'made for a test',
  rules,
});

export const envelopeOf = (
  message_type: string,
  sender: string,
  payload: object = {},
  changes: Partial<SignalEnvelope> = {},
): SignalEnvelope => ({
  macp_version: MACP_VERSION,
  mode: DECISION_MODE,
  message_type,
  message_id: `${message_type}-${sender}`,
  session_id: SESSION,
  sender,
  timestamp_unix_ms: 0,
  payload: payload as Record<string, unknown>,
  ...changes,
});

export const startPayload = (changes: object = {}) => ({
  participants: ['lead', 'a', 'b', 'c'],
  mode_version: '1.0.0',
  configuration_version: 'cfg-1',
  ttl_ms: 60_000,
  ...changes,
});

export const commitment = (positive: boolean, changes: object = {}) => ({
  commitment_id: 'c1',
  action: positive ? 'decision.selected' : 'decision.rejected',
  authority_scope: 'test',
  reason: 'because',
  mode_version: '1.0.0',
  configuration_version: 'cfg-1',
  outcome_positive: positive,
  ...changes,
});

export interface Said {
  readonly ack: Acknowledgement;
  /** `ok`, or the code of the refusal. */
  readonly code: string;
  readonly events: readonly SessionEvent[];
}

/** One journal's worth of sessions, with a clock to set and everything stored as a journal would store it. */
export const createSessionScript = () => {
  const decider = createSessionsDecider(JOURNAL);
  let state = decider.initialState();
  const stored: { text: string; at: number; revision: number; ws: string }[] = [];
  let at = START;
  let revision = 0;

  const submit = (command: SessionCommand, descriptor?: unknown, ws = WORKSPACE): Said => {
    const facts = descriptor === undefined ? undefined : { descriptor };
    const decision = decider.decide({ command, ws, at, facts }, state);
    if (!decision.ok) {
      const { session_state = null, ...rejection } = decision.rejection;
      const ack = { ok: false, session_state, error: rejection } as unknown as Acknowledgement;
      return { ack, code: decision.rejection.code, events: [] };
    }
    if (decision.events.length > 0) revision += 1;
    decision.events.forEach((event, index) => {
      stored.push({ text: JSON.stringify(event), at, revision, ws });
      decider.evolve(state, JSON.parse(JSON.stringify(event)), { ws, at, revision, index });
    });
    const entry = { at, command, events: decision.events };
    const receipt = { journal: JOURNAL, revision, index: 0 } as const;
    const ack: Acknowledgement =
      decision.events.length === 0
        ? (decision.answer as Acknowledgement)
        : JSON.parse(decider.reply({ entry, receipt }));
    return { ack, code: ack.error?.code ?? 'ok', events: decision.events };
  };
  const script = {
    decider,
    /** Goes on with the state that a snapshot of this one gives, as a new owner would. */
    restart: (): void => {
      const restoring = decider.restore();
      for (const part of decider.capture(state)) restoring.add(JSON.parse(JSON.stringify(part)));
      state = restoring.done();
    },
    get state() {
      return state;
    },
    submit,
    send: (envelope: SignalEnvelope, as?: string): Said =>
      submit({ kind: 'signal', envelope, ...(as === undefined ? {} : { as }) }),
    say: (type: string, sender: string, payload?: object, changes?: Partial<SignalEnvelope>): Said =>
      script.send(envelopeOf(type, sender, payload, changes)),
    start: (rules?: object, payload: object = {}, schemaVersion = 3): Said => {
      const policy = rules === undefined ? undefined : policyWith(rules, schemaVersion);
      const start = startPayload({ policy_version: policy?.policy_id ?? '', ...payload });
      return submit({ kind: 'signal', envelope: envelopeOf('SessionStart', 'lead', start) }, policy);
    },
    propose: (sender = 'lead', proposal_id = 'p1'): Said =>
      script.say(
        'Proposal',
        sender,
        { proposal_id, option: 'deploy' },
        { message_id: `${proposal_id}-${sender}` },
      ),
    vote: (sender: string, vote: string, proposal_id = 'p1'): Said =>
      script.say('Vote', sender, { proposal_id, vote }, { message_id: `vote-${proposal_id}-${sender}` }),
    commit: (positive: boolean, sender = 'lead', changes: object = {}): Said =>
      script.say('Commitment', sender, commitment(positive, changes)),
    startSealed: (command: Partial<StartSealedCommand> & { descriptor: unknown }): Said =>
      submit({
        kind: 'start-sealed',
        session_id: SESSION,
        roster: ['a', 'b', 'c'],
        proposal: { option: 'transfer', rationale: '' },
        deadline: START + 900_000,
        request: { subject: { type: 'agent', id: 'payer' }, request_id: 'r-7' },
        ...command,
      }),
    wait: (ms: number): void => {
      at += ms;
    },
    now: (): number => at,
    view: (id = SESSION) => {
      const found = findSession(state, WORKSPACE, id);
      return found === undefined ? undefined : sessionView(found.session, found.progress);
    },
    snapshot: (): unknown => JSON.parse(JSON.stringify(sessionsSnapshot(state))),
    /** The state that the stored events alone give. */
    replayed: (): SessionsState => {
      const rebuilt = decider.initialState();
      let index = 0;
      let last = 0;
      for (const { text, ...place } of stored) {
        index = place.revision === last ? index + 1 : 0;
        last = place.revision;
        decider.evolve(rebuilt, JSON.parse(text), { ...place, index });
      }
      return rebuilt;
    },
  };
  return script;
};
