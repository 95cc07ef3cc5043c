import type {
  HeldAmount,
  LimitEntry,
  LimitReserved,
  LimitSettled,
  OutcomeReport,
  Verdict,
  VerdictClosed,
} from '@edict/contracts';
import { describeEvent, type Evidence, type Fields, type Happening, requestOf } from '../evidence.ts';
import type { Violation } from '../run.ts';

/** What limits hold for a request. */
interface Reservation {
  readonly opened: Happening;
  /** When it expires; `undefined` while it waits for an approval. */
  expiresAt: number | undefined;
  held: readonly HeldAmount[];
  ended: Happening | undefined;
}

type Report = (sentence: string, ...events: readonly Happening[]) => void;

/** How long after its time a thing that is due may still be on its way. */
const GRACE_MS = 10_000;

/**
 * Each reservation ends exactly once: settled by an outcome, released where nothing was let through, or settled in
 * full when its time has passed, and not before.
 */
export const wrongReservations = (evidence: Evidence): Violation[] => {
  const reservations = new Map<string, Reservation>();
  const found: Violation[] = [];
  const report: Report = (sentence, ...events) => {
    found.push({ property: 'reservation', sentence, evidence: events.map(describeEvent) });
  };
  for (const event of evidence.of('verdicts')) fold(event, reservations, report);
  const { quietUntil } = evidence.run;
  if (quietUntil === undefined) return found;
  for (const [key, { opened, expiresAt, ended }] of reservations) {
    if (ended !== undefined || expiresAt === undefined || expiresAt + GRACE_MS > quietUntil) continue;
    report(`the reservation of ${key} expired at ${expiresAt} and never ended`, opened);
  }
  return found;
};

const fold = (event: Happening, reservations: Map<string, Reservation>, report: Report): void => {
  if (event.type === 'verdict.issued') return;
  const key = requestOf(event.ws, event.data as never);
  const reservation = reservations.get(key);
  switch (event.type) {
    case 'limit.reserved':
      reserved(event, key, reservations, report);
      break;
    case 'verdict.closed':
      if (reservation?.ended === undefined) closed(event, reservation);
      break;
    case 'limit.settled':
    case 'limit.released':
      if (reservation === undefined) report(`a reservation of ${key} ends that never began`, event);
      else ended(event, key, reservation, report);
      break;
    default:
  }
};

const reserved = (event: Happening, key: string, all: Map<string, Reservation>, report: Report): void => {
  const { hold, entries, expires_at } = event.data as LimitReserved;
  if (hold === 'none') return;
  const before = all.get(key);
  const isOpen = before !== undefined && before.ended === undefined;
  const added = entries.map(heldOf);
  // A close may take limits on top that did not apply before: what is held already stays.
  if (isOpen && !closesIn(event)) report(`${key} reserves twice`, before.opened, event);
  const held = isOpen ? [...before.held, ...added] : added;
  all.set(key, { opened: event, expiresAt: expires_at ?? undefined, held, ended: undefined });
};

const closed = (event: Happening, reservation: Reservation | undefined): void => {
  if (reservation === undefined) return;
  const { reservation: kept, verdict } = event.data as VerdictClosed;
  if (kept !== null) reservation.expiresAt = kept.expires_at;
  // Rates are never given back: where nothing else was held, nothing is left to end.
  else if (verdict.effect === 'allow' || reservation.held.every(({ opened }) => opened === null))
    reservation.ended = event;
};

const ended = (event: Happening, key: string, reservation: Reservation, report: Report): void => {
  const { cause, entries } = event.data as LimitSettled;
  const flaw =
    reservation.ended === undefined
      ? flawOfEnd(event, reservation)
      : flawOfSecondEnd(event, reservation.ended);
  if (flaw !== undefined) report(`the reservation of ${key} ${flaw}`, reservation.opened, event);
  if (cause === 'late' || cause === 'expired') checkAmounts(event, key, reservation, entries, report);
  reservation.ended = event;
};

const flawOfEnd = (
  event: Happening,
  { expiresAt = Number.POSITIVE_INFINITY }: Reservation,
): string | undefined => {
  const { cause } = event.data as { readonly cause: string };
  const { at } = event;
  const reported = reportOf(event);
  switch (`${event.type} ${cause}`) {
    case 'limit.settled expired':
      return at < expiresAt ? 'was settled as expired before its time' : undefined;
    case 'limit.settled late':
      return at < expiresAt ? 'was settled as late before its time' : needs(reported, 'was settled late');
    case 'limit.settled outcome':
      return at >= expiresAt ? 'was settled as if in time' : needs(reported, 'was settled');
    case 'limit.released cancelled':
      if (at >= expiresAt) return 'was released after its time: what may have been spent has to count';
      return reported?.outcome === 'cancelled' ? undefined : 'was released though nobody cancelled the work';
    case 'limit.released denied':
      return deniesIn(event) ? undefined : 'was released as denied without a denial';
    default:
      return `ended as ${event.type} ${cause}`;
  }
};

const needs = (reported: OutcomeReport | undefined, what: string): string | undefined =>
  reported === undefined || reported.outcome === 'cancelled' ? `${what} without an outcome` : undefined;

/** What expired in full may be lowered once by a report that comes late. */
const flawOfSecondEnd = (event: Happening, first: Happening): string | undefined => {
  const cause = (happening: Happening): unknown => (happening.data as Fields)['cause'];
  return event.type === 'limit.settled' && cause(event) === 'late' && cause(first) === 'expired'
    ? undefined
    : 'ended twice';
};

const checkAmounts = (
  event: Happening,
  key: string,
  { opened, held }: Reservation,
  entries: readonly LimitEntry[],
  report: Report,
): void => {
  const expired = (event.data as LimitSettled).cause === 'expired';
  for (const { policy_id, rule, key: account, amount, opened: budget } of held) {
    if (budget === null) continue;
    const entry = entries.find(
      (each) => each.policy_id === policy_id && each.rule === rule && each.key === account,
    );
    if (expired && entry?.amount !== amount) {
      report(
        `the reservation of ${key} expired, and ${rule} was not settled at the full ${amount}`,
        opened,
        event,
      );
    }
    if (!expired && entry !== undefined && entry.amount > amount) {
      report(`a late outcome of ${key} raises the charge of ${rule}`, opened, event);
    }
  }
};

const heldOf = ({ policy_id, rule, key, measure, limit, amount, account }: LimitEntry): HeldAmount => {
  const opened = account?.form === 'budget' ? account.opened : null;
  return { policy_id, rule, key, measure, limit, amount, opened };
};

const reportOf = ({ entry }: Happening): OutcomeReport | undefined =>
  (entry.command as { readonly report?: OutcomeReport }).report;

const closesIn = ({ entry }: Happening): boolean =>
  entry.events.some(({ type }) => type === 'verdict.closed');

const deniesIn = ({ entry }: Happening): boolean =>
  entry.events.some(
    ({ type, data }) =>
      type === 'verdict.closed' && ((data as VerdictClosed).verdict as Verdict).effect === 'deny',
  );
