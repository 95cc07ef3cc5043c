import type {
  DecisionRequest,
  Entry,
  OutcomeCommand,
  OutcomeRecorded,
  OutcomeReport,
  RecordedReservation,
  RecordedVerdict,
  VerdictCommand,
  VerdictEvent,
} from '@edict/contracts';
import type { PolicySet } from '../enforcement/compile-policy-set.ts';
import { heldByEntries } from '../enforcement/limits/charge.ts';
import { type JudgedValue, judgeValue, valueHash } from './judge-value.ts';
import type { RecordedReply } from './verdict-replies.ts';

/** The command for a report: the value stands beside it, with its hash, so that only the hash is stored. */
export const outcomeCommand = (
  { value, ...report }: OutcomeReport,
  recorded: RecordedVerdict | undefined,
): OutcomeCommand => ({
  kind: 'outcome',
  report,
  ...(value === undefined ? {} : { value, value_sha256: valueHash(value) }),
  ...(recorded === undefined ? {} : { recorded }),
});

/** What an outcome needs to know of a request's recorded reply; `undefined` when that is no verdict. */
export const recordedVerdict = ({ entry, event, receipt }: RecordedReply): RecordedVerdict | undefined => {
  const found = { receipt, at: entry.at };
  if (event.type === 'verdict.closed') {
    const { verdict, request, claims_trusted, reservation } = event.data;
    const { effect, policies, limits } = verdict;
    const known = { ...found, effect, set_revision: policies.revision, request, claims_trusted, limits };
    return reservation === null ? known : { ...known, reservation };
  }
  if (event.type !== 'verdict.issued' || entry.command.kind !== 'decide') return undefined;
  const { request, claims_trusted } = entry.command;
  const { effect, policies, limits } = event.data;
  const known = { ...found, effect, set_revision: policies.revision, request, claims_trusted, limits };
  const reservation = reservedIn(entry.events);
  return reservation === undefined ? known : { ...known, reservation };
};

const reservedIn = (events: readonly VerdictEvent[]): RecordedReservation | undefined => {
  for (const event of events) {
    if (event.type === 'limit.reserved' && event.data.expires_at !== null) {
      const { expires_at, entries } = event.data;
      return { expires_at, held: heldByEntries(entries) };
    }
  }
  return undefined;
};

/** What is needed to pass a value on again, from the sender's own copy of it. */
export interface ReleaseInput {
  readonly outcome: OutcomeRecorded;
  readonly request: DecisionRequest;
  readonly ws: string;
  readonly claimsTrusted: boolean;
  readonly value: unknown;
  readonly setAt: (revision: number) => PolicySet | undefined;
}

/**
 * The value as the recorded outcome lets it pass, made again from the value that came with this copy of the report.
 * `undefined`: it is withheld, or cannot be made exactly as recorded, which withholds it as well.
 */
export const releaseValue = (input: ReleaseInput): { readonly value: unknown } | undefined => {
  const { outcome, value, setAt, ...asked } = input;
  const { after } = outcome;
  if (after === undefined || after.result_sha256 === null) return undefined;
  const verdictSet = setAt(after.verdict_set_revision);
  const set = setAt(after.set_revision);
  if (verdictSet === undefined || set === undefined) return undefined;
  const { released }: JudgedValue = judgeValue({ ...asked, at: after.at, value, verdictSet, set });
  if (released === undefined || valueHash(released.value) !== after.result_sha256) return undefined;
  return released;
};

/** An outcome's reply with the value put in. */
export const replyWithValue = (reply: string, { value }: { readonly value: unknown }): string =>
  `${reply.slice(0, -1)},"value":${JSON.stringify(value)}}`;

/**
 * A stored command as it can be decided again. The judgement of a value is taken from the record, because the value
 * is not kept; so are the limits that were reported, and a reservation that had expired, because only a late settlement
 * needs it.
 */
export const commandForReplay = (
  entry: Pick<Entry<VerdictCommand, VerdictEvent>, 'command' | 'events'>,
): VerdictCommand => {
  const { command } = entry;
  if (command.kind !== 'outcome') return command;
  let again = command;
  for (const { type, data } of entry.events) {
    if (type === 'outcome.recorded') {
      if (data.after !== undefined) again = { ...again, judged: data.after };
      if (again.recorded !== undefined)
        again = { ...again, recorded: { ...again.recorded, limits: data.limits } };
    }
    if (type !== 'limit.settled' || data.reservation === undefined || again.recorded === undefined) continue;
    again = { ...again, recorded: { ...again.recorded, reservation: data.reservation } };
  }
  return again;
};
