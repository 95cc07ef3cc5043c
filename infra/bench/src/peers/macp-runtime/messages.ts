import { bytesField, doubleField, integerField, message, textField } from '../clients/protobuf.ts';

/** The numbers of the fields below are those of macp.v1 and macp.modes.decision.v1. */
interface MacpMessage {
  readonly type: 'SessionStart' | 'Proposal' | 'Evaluation';
  readonly id: string;
  readonly session: string;
  readonly payload: Buffer;
}

export const SEND = '/macp.v1.MACPRuntimeService/Send';

const VERSION = textField(1, '1.0');
const MODE = textField(2, 'macp.mode.decision.v1');

/** The sender is whoever the call's token names. */
export const sendRequest = ({ type, id, session, payload }: MacpMessage): Buffer => {
  const ids = [textField(3, type), textField(4, id), textField(5, session)];
  return bytesField(1, message(VERSION, MODE, ...ids, bytesField(8, payload)));
};

export const startPayload = (participants: readonly string[], ttlMs: number): Buffer =>
  message(
    textField(1, 'bench'),
    ...participants.map((participant) => textField(2, participant)),
    textField(3, '1.0.0'),
    textField(4, 'bench'),
    integerField(6, ttlMs),
  );

export const proposalPayload = message(textField(1, 'p'), textField(2, 'go'), textField(3, 'of the bench'));

export const evaluationPayload = message(
  textField(1, 'p'),
  textField(2, 'APPROVE'),
  doubleField(3, 0.9),
  textField(4, 'as measured before'),
);

/** An acknowledgement begins with `ok`, and tells a duplicate next; what is not so is left out. */
const ACKNOWLEDGED = [0x08, 1] as const;
const DUPLICATE = 0x10;

/** What is wrong with the reply to a message, if anything is. */
export const refusalOf = (reply: Buffer | undefined): string | undefined => {
  if (reply === undefined) return 'NO_ACKNOWLEDGEMENT';
  // One field holds all of the reply; its length takes a byte, or two.
  const at = (reply[1] ?? 0) > 0x7f ? 3 : 2;
  if (reply[at] !== ACKNOWLEDGED[0] || reply[at + 1] !== ACKNOWLEDGED[1]) return codeOf(reply);
  return reply[at + 2] === DUPLICATE ? 'DUPLICATE' : undefined;
};

const codeOf = (reply: Buffer): string =>
  /[A-Z]+(?:_[A-Z]+)+/.exec(reply.toString('latin1'))?.[0] ?? 'REFUSED';
