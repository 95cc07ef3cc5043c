import {
  BOUNDS,
  badRequest,
  check,
  checkDecisionRequest,
  type DecisionRequest,
  decodeUtf8,
  type IdentifiedRequest,
  OutcomeReport,
  type Parsed,
  parseJsonText,
  partitionOf,
  plainJsonText,
  principalKey,
  refused,
} from '@edict/contracts';
import { checkMessageId } from '../message-id.ts';

/** What the transport says about a message. */
export interface MessageFacts {
  readonly ws: string;
  /** The identity that the address binds; absent for a caller that speaks for others. */
  readonly as?: string;
  /** `Nats-Msg-Id`: the request id when the body has none. */
  readonly messageId?: string;
  /** A fresh id, for a request that has none at all. */
  readonly freshId: () => string;
}

/** A decision request, checked and ready to be routed. */
export interface DecisionMessage {
  readonly ws: string;
  readonly request: IdentifiedRequest;
  readonly claimsTrusted: boolean;
  /** The message's own text, when it holds the request as it is. */
  readonly raw: string | undefined;
}

export interface OutcomeMessage {
  readonly ws: string;
  readonly report: OutcomeReport;
}

/** Reads a decision request (contract §3), its identity included (§6). The first wrong field is named. */
export const readDecision = (bytes: Uint8Array, facts: MessageFacts): Parsed<DecisionMessage> => {
  const written = decodeText(bytes, BOUNDS.requestBytes);
  if (!written.ok) return written;
  const text = plainJsonText(written.value);
  if (!text.ok) return text;
  const parsed = parseJsonText(text.value);
  if (!parsed.ok) return parsed;
  const body = withBoundSubject(parsed.value, facts.as);
  const checked = checkDecisionRequest(body);
  if (!checked.ok) return checked;
  const request = checked.value;
  const mismatch = identityMismatch(request, facts.as);
  if (mismatch !== undefined) return mismatch;
  const { ws, as } = facts;
  const asSent = request.request_id !== undefined && body === parsed.value;
  const identified = withRequestId(request, facts);
  if (!identified.ok) return identified;
  const raw = asSent ? text.value : undefined;
  return { ok: true, value: { ws, request: identified.value, claimsTrusted: as === undefined, raw } };
};

const withRequestId = (
  request: DecisionRequest,
  { messageId, freshId }: MessageFacts,
): Parsed<IdentifiedRequest> => {
  if (request.request_id !== undefined) return { ok: true, value: request as IdentifiedRequest };
  const id = checkMessageId(messageId ?? freshId());
  return id.ok ? { ok: true, value: { ...request, request_id: id.value } } : id;
};

/** Reads the report of how allowed work ended (contract §3). */
export const readOutcome = (bytes: Uint8Array, facts: MessageFacts): Parsed<OutcomeMessage> => {
  const text = decodeText(bytes, BOUNDS.requestBytes + BOUNDS.valueBytes);
  if (!text.ok) return text;
  const parsed = parseJsonText(text.value);
  if (!parsed.ok) return parsed;
  const checked = check(OutcomeReport, withBoundSubject(parsed.value, facts.as));
  if (!checked.ok) return checked;
  const report = checked.value;
  const mismatch = identityMismatch(report, facts.as);
  if (mismatch !== undefined) return mismatch;
  const valueBytes = report.value === undefined ? 0 : Buffer.byteLength(JSON.stringify(report.value));
  if (valueBytes > BOUNDS.valueBytes) {
    return badRequest('/value', `value has ${valueBytes} bytes; at most ${BOUNDS.valueBytes} are allowed`);
  }
  return { ok: true, value: { ws: facts.ws, report } };
};

/** The partition that holds a principal's verdicts. */
export const verdictPartition = (
  ws: string,
  { type, id }: { readonly type: string; readonly id: string },
  partitions: number,
): number => partitionOf(principalKey({ ws, type, id }), partitions);

const decodeText = (bytes: Uint8Array, most: number): Parsed<string> => {
  if (bytes.byteLength > most) {
    return badRequest('', `the message has ${bytes.byteLength} bytes; at most ${most} are allowed`);
  }
  const text = decodeUtf8(bytes);
  return text === undefined
    ? badRequest('', 'the message is not UTF-8; send JSON encoded as UTF-8')
    : { ok: true, value: text };
};

const subjectOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'subject' in value ? value.subject : undefined;

/** An agent with its own address may leave its subject out: the address says it. */
const withBoundSubject = (value: unknown, as: string | undefined): unknown =>
  as === undefined || typeof value !== 'object' || value === null || subjectOf(value) !== undefined
    ? value
    : { ...value, subject: { type: 'agent', id: as } };

const identityMismatch = (
  { subject }: { readonly subject: { readonly type: string; readonly id: string } },
  as: string | undefined,
) => {
  if (as === undefined || (subject.type === 'agent' && subject.id === as)) return undefined;
  return refused({
    code: 'IDENTITY_MISMATCH',
    path: subject.type === 'agent' ? '/subject/id' : '/subject/type',
    message: `the address binds agent ${as}, but the subject is ${subject.type} ${subject.id}`,
  });
};
