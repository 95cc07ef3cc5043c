import { BOUNDS, type Receipt } from '@edict/contracts';
import { type Asked, describeAsked, describeEvent, type Evidence, type Happening } from '../evidence.ts';
import { type AskedRequest, askedOutcomes, askedRequests, errorOf } from '../requests.ts';
import type { Violation } from '../run.ts';
import { verdictKey } from './recorded.ts';

/** Codes that promise that nothing was recorded. */
const PROMISES_NOTHING: readonly (string | undefined)[] = [
  'DEADLINE',
  'OVERLOADED',
  'POLICY_STALE',
  'REVISION_NOT_REACHED',
];

/** A request that was only ever refused with such a code has no verdict. */
export const brokenDenials = (evidence: Evidence): Violation[] => {
  const verdicts = new Map<string, Happening>();
  for (const event of evidence.of('verdicts')) {
    if (event.type === 'verdict.issued') verdicts.set(verdictKey(event), event);
  }
  const asked = Map.groupBy(askedRequests(evidence.asked), ({ key }) => key);
  return [...asked].flatMap(([key, sent]) => {
    const event = verdicts.get(key);
    if (event === undefined || !sent.every(({ error }) => PROMISES_NOTHING.includes(error))) return [];
    const shown = [...sent.map((each) => describeAsked(each.asked)), describeEvent(event)];
    return [
      { property: 'unrecorded', sentence: `${key} was refused, and recorded all the same`, evidence: shown },
    ];
  });
};

/** A refusal is not given from a state that somebody was already told to be past. */
export const staleRefusals = (evidence: Evidence): Violation[] => [
  ...unknownRequests(evidence),
  ...unbackedReuses(evidence),
  ...unknownSessions(evidence),
  ...oldPolicies(evidence),
];

/** `REQUEST_NOT_FOUND` for a request that had been allowed, and answered, within the retry window. */
const unknownRequests = ({ asked }: Evidence): Violation[] => {
  const requests = askedRequests(asked);
  const verdicts = requests.filter(({ verdict }) => verdict?.effect === 'allow');
  return askedOutcomes(asked).flatMap(({ asked: each, key, error }) => {
    if (error !== 'REQUEST_NOT_FOUND') return [];
    const same = verdicts.filter((verdict) => verdict.key === key);
    const told = same.find((verdict) => isBefore(verdict.asked, each));
    // It may have been decided when it was asked first, whether or not that was answered.
    if (requests.some((request) => request.key === key && isLongBefore(request.asked, each))) return [];
    if (told === undefined) return [];
    return [
      violation('an outcome was refused as unknown, though its verdict had been answered', told.asked, each),
    ];
  });
};

/** `REQUEST_ID_REUSED` needs another request under the same id. */
const unbackedReuses = ({ asked }: Evidence): Violation[] => {
  const all = Map.groupBy(askedRequests(asked), ({ key }) => key);
  return [...all.values()].flatMap((same) => {
    const refused = same.find(({ error }) => error === 'REQUEST_ID_REUSED');
    if (refused === undefined || new Set(same.map(contentOf)).size > 1) return [];
    return [violation('a request was refused as reused, though no other one has its id', refused.asked)];
  });
};

const contentOf = ({ request: { at_least_revision: _, ...content } }: AskedRequest): string =>
  JSON.stringify(content);

/** `SESSION_NOT_FOUND` for a session that an answer had named, and `SESSION_NOT_OPEN` for one that never ended. */
const unknownSessions = (evidence: Evidence): Violation[] => {
  const { asked } = evidence;
  const named = askedRequests(asked).filter(({ verdict }) => verdict?.effect === 'escalate');
  const ended = new Set(
    evidence
      .of('sessions')
      .filter(({ type }) => ENDS.includes(type))
      .map(({ ws, data }) => `${ws} ${(data as { session_id: string }).session_id}`),
  );
  return asked.flatMap((each) => {
    const error = each.verb === 'signal' ? errorOf(each.answer) : undefined;
    const id = String(each.sent?.['session_id']);
    if (error === 'SESSION_NOT_FOUND') {
      const told = named.find(
        (request) =>
          request.asked.ws === each.ws && sessionsOf(request).includes(id) && isBefore(request.asked, each),
      );
      return told === undefined
        ? []
        : [violation('a session was not found that an answer names', told.asked, each)];
    }
    if (
      error !== 'SESSION_NOT_OPEN' ||
      each.answer?.['session_state'] === 'Suspended' ||
      ended.has(`${each.ws} ${id}`)
    )
      return [];
    return [violation('a signal was refused because its session had ended, and it never did', each)];
  });
};

const ENDS = ['session.resolved', 'session.cancelled', 'session.expired'];

const sessionsOf = ({ verdict }: AskedRequest): unknown[] =>
  (verdict?.obligations ?? []).map((each) => (each.type === 'approval' ? each.session_id : undefined));

/** An answer about policies that is older than a change that had been acknowledged before it was asked for. */
const oldPolicies = ({ asked }: Evidence): Violation[] => {
  const changes = asked.filter((each) => each.verb === 'policy' && receiptOf(each) !== undefined);
  return asked.flatMap((each) => {
    if (each.verb !== 'policy' || each.answer === undefined) return [];
    const isList = each.sent?.['op'] === 'list' && each.sent['at'] === undefined;
    const seen = isList ? each.answer['set_revision'] : undefined;
    if (typeof seen !== 'number') return [];
    const missed = changes.find(
      (change) =>
        change.ws === each.ws && isBefore(change, each) && (receiptOf(change)?.revision ?? 0) > seen,
    );
    return missed === undefined
      ? []
      : [violation('policies were told as they had been before', missed, each)];
  });
};

const receiptOf = ({ answer }: Asked): Receipt | undefined => answer?.['receipt'] as Receipt | undefined;

/** Whether somebody was told before the other one asked. */
const isBefore = (told: Asked, asking: Asked): boolean =>
  told.reply !== undefined && told.reply.at < asking.sentAt;

/** So long that it may be forgotten, with room for what slow replies hide. */
const isLongBefore = (told: Asked, asking: Asked): boolean =>
  asking.sentAt > told.sentAt + BOUNDS.retryWindowMs / 2;

const violation = (sentence: string, ...asked: readonly Asked[]): Violation => ({
  property: 'refusal',
  sentence,
  evidence: asked.map(describeAsked),
});
