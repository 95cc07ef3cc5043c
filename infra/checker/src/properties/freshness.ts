import { BOUNDS, type VerdictReply } from '@edict/contracts';
import { type Asked, describeAsked, type Evidence } from '../evidence.ts';
import { type AskedRequest, askedRequests, errorOf } from '../requests.ts';
import type { Violation } from '../run.ts';

/** An answer never rests on an older set than the request demands. */
export const ignoredRevisions = ({ asked }: Evidence): Violation[] => {
  const firsts = firstSent(askedRequests(asked));
  return askedRequests(asked).flatMap(({ asked: each, key, request, verdict }) => {
    const wanted = request.at_least_revision ?? 0;
    // A repeat is answered with what was recorded before anybody asked for more.
    if (verdict === undefined || firsts.get(key) !== each || verdict.policies.revision >= wanted) return [];
    const sentence = `a request that demands set ${wanted} was answered by set ${verdict.policies.revision}`;
    return [{ property: 'at-least-revision', sentence, evidence: [describeAsked(each)] }];
  });
};

/** A change of policies that was acknowledged holds for every request sent 5 s later, or the request is refused. */
export const staleVerdicts = ({ asked }: Evidence): Violation[] => {
  const changes = asked.filter(isAcknowledgedChange);
  const requests = askedRequests(asked);
  const firsts = firstSent(requests);
  return requests.flatMap(({ asked: each, key, verdict }) => {
    if (verdict === undefined) return [];
    const first = firsts.get(key) ?? each;
    const missed = changes.find(
      (change) =>
        change.ws === each.ws &&
        change.reply.at + BOUNDS.policyStaleMs < first.sentAt &&
        setRevisionOf(change) > verdictSet(verdict),
    );
    if (missed === undefined) return [];
    const sentence = `a verdict rests on set ${verdictSet(verdict)}, though set ${setRevisionOf(missed)} was acknowledged more than 5 s before it was asked for`;
    return [
      {
        property: 'fresh',
        sentence,
        evidence: [describeAsked(missed), describeAsked(first), describeAsked(each)],
      },
    ];
  });
};

/** What was recorded as a closing may be older than any later demand, and newer than the request itself. */
const verdictSet = ({ policies }: VerdictReply): number => policies.revision;

const firstSent = (requests: readonly AskedRequest[]): ReadonlyMap<string, Asked> => {
  const firsts = new Map<string, Asked>();
  for (const { asked, key } of requests) {
    const known = firsts.get(key);
    if (known === undefined || asked.sentAt < known.sentAt) firsts.set(key, asked);
  }
  return firsts;
};

type Answered = Asked & { readonly reply: { readonly at: number } };

const isAcknowledgedChange = (asked: Asked): asked is Answered =>
  asked.verb === 'policy' &&
  asked.reply !== undefined &&
  errorOf(asked.answer) === undefined &&
  asked.answer?.['receipt'] !== undefined;

const setRevisionOf = ({ answer }: Asked): number => (answer?.['set_revision'] as number | undefined) ?? 0;
