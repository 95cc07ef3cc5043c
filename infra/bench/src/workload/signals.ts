import { randomUUID } from 'node:crypto';
import { DECISION_MODE, MACP_VERSION } from '@edict/contracts';
import type { Edict, SignalEnvelope } from '@edict/sdk';

export const PARTICIPANTS = ['lead', 'fraud', 'risk', 'compliance'];
export const DAY_MS = 86_400_000;
const AT_ONCE = 64;

/** Ids are the same in every round of a run: sessions are opened once. */
const run = randomUUID().slice(0, 24);
const sessionId = (index: number): string => `${run}${index.toString(16).padStart(12, '0')}`;

const envelope = (
  message_type: string,
  session: number,
  sender: string,
  message_id: string,
  payload: unknown,
): SignalEnvelope => ({
  macp_version: MACP_VERSION,
  mode: DECISION_MODE,
  message_type,
  message_id,
  session_id: sessionId(session),
  sender,
  timestamp_unix_ms: 0,
  payload,
});

/** Starts so many sessions, with one proposal each, so that all of them take evaluations. */
export const openSessions = async (edict: Edict, count: number): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const session = next++;
      await accepted(edict, envelope('SessionStart', session, 'lead', `start-${session}`, START));
      const proposal = { proposal_id: 'p', option: 'go', rationale: 'of the bench' };
      await accepted(edict, envelope('Proposal', session, 'lead', `proposal-${session}`, proposal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
};

const START = {
  intent: 'bench',
  participants: PARTICIPANTS,
  mode_version: '1.0.0',
  configuration_version: 'bench',
  ttl_ms: DAY_MS,
};

const accepted = async (edict: Edict, signal: SignalEnvelope): Promise<void> => {
  const reply = await edict.signal(signal);
  if (!reply.ok) throw new Error(`${signal.message_type} was refused: ${JSON.stringify(reply.error)}`);
};

/** The nth evaluation of a load, into each of the sessions in turn. */
export const evaluationSignal = (load: string, number: number, sessions: number): SignalEnvelope =>
  envelope(
    'Evaluation',
    number % sessions,
    PARTICIPANTS[Math.floor(number / sessions) % PARTICIPANTS.length] ?? 'lead',
    `${load}-${number}`,
    { proposal_id: 'p', recommendation: 'APPROVE', confidence: 0.9, reason: 'as measured before' },
  );
