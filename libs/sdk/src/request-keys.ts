import { type DecisionRequest, principalKey, sessionPartitionKey } from '@edict/contracts';
import type { RequestKey } from '@edict/nats';
import type { EdictSettings, SignalEnvelope } from './edict.ts';

/** Says what a message is about: nothing, from an agent with its own credentials, which may not ask owners directly. */
export interface RequestKeys {
  verdict(message: { readonly subject: DecisionRequest['subject'] }): RequestKey | undefined;
  session(envelope: SignalEnvelope): RequestKey | undefined;
  nothing(): undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const nothing = (): undefined => undefined;

export const requestKeys = ({ workspace: ws, as }: EdictSettings): RequestKeys =>
  as === undefined
    ? {
        // What is about nobody, or about nothing, is refused wherever it goes.
        verdict: ({ subject }) =>
          isText(subject?.type) && isText(subject.id)
            ? { kind: 'verdicts', key: principalKey({ ws, type: subject.type, id: subject.id }) }
            : undefined,
        session: ({ session_id }) =>
          isText(session_id) ? { kind: 'sessions', key: sessionPartitionKey(ws, session_id) } : undefined,
        nothing,
      }
    : { verdict: nothing, session: nothing, nothing };
