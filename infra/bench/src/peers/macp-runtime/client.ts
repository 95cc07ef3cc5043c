import { randomUUID } from 'node:crypto';
import type { Operation } from '../../measure/window.ts';
import { DAY_MS, PARTICIPANTS } from '../../workload/signals.ts';
import { connectGrpc } from '../clients/grpc-client.ts';
import {
  evaluationPayload,
  proposalPayload,
  refusalOf,
  SEND,
  sendRequest,
  startPayload,
} from './messages.ts';

/** The server takes up the calls of 64 at most on a connection at a time: 256 in flight are 32 on each. */
const CONNECTIONS = 8;
const AT_ONCE = 64;

export interface MacpClient {
  /** Starts sessions with a proposal each; evaluations go to the newest ones. */
  open(count: number): Promise<void>;
  /** Every signal is an evaluation that its session takes. */
  readonly evaluate: Operation;
}

export const connectMacp = (port: number): MacpClient => {
  const client = connectGrpc({ port, method: SEND, connections: CONNECTIONS });
  let sessions: string[] = [];
  let sent = 0;
  const accepted = async (request: Parameters<typeof sendRequest>[0]): Promise<void> => {
    const refusal = refusalOf(await client.call('lead', sendRequest(request)));
    if (refusal !== undefined) throw new Error(`macp-runtime refused a ${request.type}: ${refusal}`);
  };
  return {
    open: async (count) => {
      const opened = Array.from({ length: count }, () => randomUUID());
      const waiting = opened[Symbol.iterator]();
      const payload = startPayload(PARTICIPANTS, DAY_MS);
      const lane = async (): Promise<void> => {
        for (const session of waiting) {
          await accepted({ type: 'SessionStart', id: 'start', session, payload });
          await accepted({ type: 'Proposal', id: 'proposal', session, payload: proposalPayload });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      sessions = opened;
      sent = 0;
    },
    evaluate: async () => {
      const number = sent++;
      const session = sessions[number % sessions.length] ?? '';
      const sender = PARTICIPANTS[Math.floor(number / sessions.length) % PARTICIPANTS.length] ?? '';
      const request = { type: 'Evaluation', id: `e-${number}`, session, payload: evaluationPayload } as const;
      return refusalOf(await client.call(sender, sendRequest(request)));
    },
  };
};
