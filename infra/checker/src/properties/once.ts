import { BOUNDS, type LimitReserved, type Verdict, type VerdictClosed } from '@edict/contracts';
import { describeEvent, type Evidence, type Happening, requestOf } from '../evidence.ts';
import type { Violation } from '../run.ts';
import { verdictKey } from './recorded.ts';

/** What was decided about a request so far. */
interface Known {
  readonly verdict: Happening;
  journal: string;
  /** When the last event about it happened: its id is remembered for the retry window after that. */
  last: number;
  /** Until when it is held open, whatever the window says. */
  openUntil: number;
  escalated: boolean;
  readonly outcomes: Happening[];
}

/** One final verdict per request within the retry window; one that escalates may be followed by its one closing. */
export const doubledVerdicts = (evidence: Evidence): Violation[] => {
  const known = new Map<string, Known>();
  const found: Violation[] = [];
  const report = (sentence: string, ...events: readonly (Happening | undefined)[]): void => {
    const shown = events.flatMap((event) => (event === undefined ? [] : [describeEvent(event)]));
    found.push({ property: 'once', sentence, evidence: shown });
  };
  for (const event of evidence.of('verdicts')) fold(event, known, report);
  return found;
};

type Report = (sentence: string, ...events: readonly (Happening | undefined)[]) => void;

const fold = (event: Happening, known: Map<string, Known>, report: Report): void => {
  const { type, at, ws, data } = event;
  if (type === 'verdict.issued') {
    issued(event, known, report);
    return;
  }
  const key = requestOf(ws, data as never);
  const request = known.get(key);
  if (request === undefined) return;
  switch (type) {
    case 'verdict.closed':
      closed(event, request, report);
      break;
    case 'limit.reserved':
      if ((data as LimitReserved).hold === 'work') request.openUntil = Number.POSITIVE_INFINITY;
      break;
    case 'limit.settled':
    case 'limit.released':
      request.openUntil = 0;
      break;
    case 'outcome.recorded': {
      const before = request.outcomes.at(-1);
      if (before !== undefined && at < before.at + BOUNDS.retryWindowMs) {
        report(`request ${key} has two outcomes within the retry window`, before, event);
      }
      request.outcomes.push(event);
      break;
    }
    case 'escalation.approved':
      break;
    default:
      return;
  }
  request.last = at;
};

const issued = (event: Happening, known: Map<string, Known>, report: Report): void => {
  const { at, data, journal } = event;
  const key = verdictKey(event);
  const before = known.get(key);
  if (before !== undefined && before.journal !== journal) {
    report(`request ${key} was decided in two journals`, before.verdict, event);
  } else if (before !== undefined && (at < before.last + BOUNDS.retryWindowMs || at < before.openUntil)) {
    report(`request ${key} was decided twice within the retry window`, before.verdict, event);
  }
  const escalated = (data as Verdict).effect === 'escalate';
  const openUntil = escalated ? Number.POSITIVE_INFINITY : 0;
  known.set(key, { verdict: event, journal, last: at, openUntil, escalated, outcomes: [] });
};

const closed = (event: Happening, request: Known, report: Report): void => {
  const { reservation } = event.data as VerdictClosed;
  if (!request.escalated)
    report(`${verdictKey(event)} was closed though it waited for nothing`, request.verdict, event);
  request.escalated = false;
  request.openUntil = reservation === null ? 0 : Number.POSITIVE_INFINITY;
};
