import type {
  Entry,
  JournalEvent,
  OutcomeCommand,
  OutcomeRecorded,
  Receipt,
  Rejection,
  VerdictCommand,
  VerdictEvent,
} from '@edict/contracts';
import { requestFingerprint, sameRequest } from './fingerprint.ts';

/** A recorded command, the event that answers it, and where that lies. */
export interface RecordedReply {
  readonly entry: Entry<VerdictCommand, VerdictEvent>;
  readonly event: VerdictEvent;
  /** JSON text of the event's data, exactly as stored. */
  readonly dataText: string;
  readonly receipt: Receipt;
}

/** The reply from what was recorded, the same bytes each time. */
export const replyTo = ({ event, dataText, receipt }: RecordedReply): string => {
  switch (event.type) {
    case 'verdict.issued':
      return withReceipt(dataText, receipt);
    case 'verdict.closed':
      return withReceipt(JSON.stringify(event.data.verdict), receipt);
    case 'outcome.recorded':
      return withReceipt(JSON.stringify(outcomeReply(event.data)), receipt);
    default:
      return withReceipt('{"ok":true}', receipt);
  }
};

const withReceipt = (objectText: string, receipt: Receipt): string =>
  `${objectText.slice(0, -1)},"receipt":${JSON.stringify(receipt)}}`;

const outcomeReply = ({ request_id, settled, effect, limits }: OutcomeRecorded) => ({
  request_id,
  settled,
  effect,
  limits,
});

/** Why a command under a known id is not the recorded one again; `undefined` when it is. */
export const differsFrom = (
  command: VerdictCommand,
  { entry, event }: RecordedReply,
): Rejection | undefined => {
  if (command.kind === 'outcome') return otherOutcome(command, event);
  if (command.kind !== 'decide') return undefined;
  const { request } = command;
  const same =
    entry.command.kind === 'decide'
      ? sameRequest(request, entry.command.request)
      : event.type === 'verdict.closed' && event.data.fingerprint === requestFingerprint(request);
  if (same) return undefined;
  return {
    code: 'REQUEST_ID_REUSED',
    path: '/request_id',
    message: `request_id ${request.request_id} was used for another request; subject, action, resource and context must be equal to ask again`,
  };
};

const otherOutcome = (
  { report, value_sha256 }: OutcomeCommand,
  event: JournalEvent,
): Rejection | undefined => {
  const known = event.data as OutcomeRecorded;
  const same =
    known.outcome === report.outcome &&
    known.cost === report.cost &&
    known.tokens === report.tokens &&
    known.value_sha256 === value_sha256;
  if (same) return undefined;
  return {
    code: 'OUTCOME_REUSED',
    path: '/request_id',
    message: `request ${report.request_id} already has the outcome ${known.outcome}; it can be sent again as it was, not changed`,
  };
};
