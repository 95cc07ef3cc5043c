import { BOUNDS, type Receipt } from '@edict/contracts';
import canonicalize from 'canonicalize';
import { describeAsked, type Evidence, type Fields } from '../evidence.ts';
import { type AskedOutcome, type AskedRequest, askedOutcomes, askedRequests } from '../requests.ts';
import type { Violation } from '../run.ts';

type Sent = { readonly asked: AskedRequest['asked'] };

/**
 * Asked again within the retry window, a request gets the same bytes: of its first verdict, and of its final one from
 * the moment on that somebody was told of it. Another request under the same id gets no verdict at all.
 */
export const unequalRepeats = (evidence: Evidence): Violation[] => [
  ...groups(askedRequests(evidence.asked), ({ key }) => key).flatMap((same) =>
    unequalVerdicts(same, evidence),
  ),
  ...groups(askedOutcomes(evidence.asked), ({ key }) => key).flatMap((same) =>
    unequalOutcomes(same, evidence),
  ),
];

const unequalOutcomes = (same: readonly AskedOutcome[], evidence: Evidence): Violation[] => {
  const answered = same.filter(({ reply }) => reply !== undefined);
  const other = answered.find((now) =>
    answered.some(
      (before) =>
        replyAt(before) <= replyAt(now) &&
        isWithinWindow(before, now) &&
        !isRecordedAnew(before.reply?.receipt, now.reply?.receipt, evidence) &&
        (before.asked.reply?.body !== now.asked.reply?.body ||
          canonicalize(before.report) !== canonicalize(now.report)),
    ),
  );
  return other === undefined ? [] : [violation('the same outcome was answered in two ways', answered)];
};

const unequalVerdicts = (same: readonly AskedRequest[], evidence: Evidence): Violation[] => {
  const answered = same
    .filter(({ verdict }) => verdict !== undefined)
    .sort((a, b) => replyAt(a) - replyAt(b));
  const found: Violation[] = [];
  for (const [i, now] of answered.entries()) {
    for (const before of answered.slice(0, i)) {
      if (
        !isWithinWindow(before, now) ||
        isRecordedAnew(before.verdict?.receipt, now.verdict?.receipt, evidence)
      )
        continue;
      const flaw = flawBetween(before, now);
      if (flaw !== undefined) found.push(violation(flaw, [before, now]));
    }
  }
  return found.slice(0, 1);
};

const flawBetween = (before: AskedRequest, now: AskedRequest): string | undefined => {
  if (essence(before.request) !== essence(now.request)) {
    return 'two different requests under one id both have a verdict';
  }
  if (isInterim(before) === isInterim(now)) {
    return before.asked.reply?.body === now.asked.reply?.body
      ? undefined
      : 'a repeat was answered with other bytes';
  }
  // The final verdict came first, and somebody who asked only after that was told to wait again.
  return isInterim(now) && now.asked.sentAt > replyAt(before)
    ? 'a repeat was told to wait though its verdict had been closed'
    : undefined;
};

const isInterim = ({ verdict }: AskedRequest): boolean => verdict?.effect === 'escalate';
const replyAt = ({ asked }: Sent): number => asked.reply?.at ?? 0;
const isWithinWindow = (before: Sent, now: Sent): boolean =>
  now.asked.sentAt < replyAt(before) + BOUNDS.retryWindowMs;

/**
 * Whether the second reply was recorded after the window of the first one: a repeat may still have been answered
 * meanwhile, which keeps no id alive.
 */
const isRecordedAnew = (before: Receipt | undefined, now: Receipt | undefined, { at }: Evidence): boolean => {
  const [first, second] = [before, now].map(
    (receipt) => receipt && at(receipt.journal, receipt.revision, receipt.index),
  );
  return first !== undefined && second !== undefined && second.at >= first.at + BOUNDS.retryWindowMs;
};

const essence = ({ subject, action, resource, context }: Fields | AskedRequest['request']): string =>
  canonicalize({ subject, action, resource, ...(context === undefined ? {} : { context }) }) ?? '';

const groups = <T>(all: readonly T[], keyOf: (each: T) => string): T[][] => [
  ...Map.groupBy(all, keyOf).values(),
];

const violation = (
  sentence: string,
  of: readonly { readonly asked: AskedRequest['asked'] }[],
): Violation => ({
  property: 'repeat',
  sentence,
  evidence: of.map(({ asked }) => describeAsked(asked)),
});
