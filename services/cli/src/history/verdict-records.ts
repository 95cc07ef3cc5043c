import type {
  Commit,
  IdentifiedRequest,
  JournalEvent,
  OutcomeRecorded,
  Receipt,
  Verdict,
  VerdictClosed,
} from '@edict/contracts';

/** A verdict as the journal tells it: what was asked, what was answered, how it went on. */
export interface VerdictRecord {
  readonly ws: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly request: IdentifiedRequest;
  readonly verdict: Verdict;
  readonly receipt: Receipt;
  /** How an escalation ended: from then on this is the verdict. */
  readonly closed?: {
    readonly at: number;
    readonly verdict: Verdict;
    readonly receipt: Receipt;
    readonly outcome: string;
  };
  readonly outcome?: OutcomeRecorded & { readonly at: number; readonly receipt: Receipt };
}

/** The verdict that holds now: the closing one of an escalation, else the first. */
export const currentVerdict = ({
  verdict,
  receipt,
  closed,
}: VerdictRecord): Verdict & { receipt: Receipt } =>
  closed === undefined ? { ...verdict, receipt } : { ...closed.verdict, receipt: closed.receipt };

/** Which requests to keep, so that a long log does not have to fit into memory. */
export type Wanted = (request: IdentifiedRequest, at: number) => boolean;

/** Gathers the wanted verdicts of one workspace from commits in order; ids of different subjects never meet. */
export const createVerdictRecords = (ws: string, wanted: Wanted) => {
  const records = new Map<string, VerdictRecord>();
  const note = (event: JournalEvent, request: unknown, at: number, receipt: Receipt): void => {
    if (event.type === 'verdict.issued' && isRequest(request) && wanted(request, at)) {
      const verdict = event.data as Verdict;
      records.set(keyOf(request.subject, request.request_id), { ws, at, request, verdict, receipt });
    }
    if (event.type === 'verdict.closed') {
      const closing = event.data as VerdictClosed;
      const closed = { at, verdict: closing.verdict, receipt, outcome: closing.outcome };
      extend(closing, { closed });
    }
    if (event.type === 'outcome.recorded') {
      const outcome = event.data as OutcomeRecorded;
      extend(outcome, { outcome: { ...outcome, at, receipt } });
    }
  };
  const extend = (
    about: Pick<VerdictClosed, 'subject' | 'request_id'>,
    more: Partial<VerdictRecord>,
  ): void => {
    const key = keyOf(about.subject, about.request_id);
    const record = records.get(key);
    if (record !== undefined) records.set(key, { ...record, ...more });
  };
  return {
    add: ({ journal, revision, entries }: Commit): void => {
      let index = 0;
      for (const entry of entries) {
        const request = (entry.command as { readonly request?: unknown } | null)?.request;
        for (const event of entry.events) {
          if (entry.ws === ws) note(event, request, entry.at, { journal, revision, index });
          index += 1;
        }
      }
    },
    /** In the order in which they were issued, as far as journals can be compared: by time. */
    all: (): readonly VerdictRecord[] => [...records.values()].sort((a, b) => a.at - b.at),
  };
};

const keyOf = (subject: { readonly type: string; readonly id: string }, requestId: string): string =>
  `${subject.type}\u0000${subject.id}\u0000${requestId}`;

const isRequest = (value: unknown): value is IdentifiedRequest =>
  typeof value === 'object' && value !== null && 'request_id' in value && 'subject' in value;
