import type { Receipt, VerdictClosed } from '@edict/contracts';
import {
  type Asked,
  describeAsked,
  describeEvent,
  type Evidence,
  type Fields,
  type Happening,
  requestOf,
} from '../evidence.ts';
import { askedOutcomes, askedRequests, errorOf } from '../requests.ts';
import type { Violation } from '../run.ts';

/** Whatever was answered lies where its receipt says, is about what was asked, and says the same. */
export const unrecordedAnswers = (evidence: Evidence): Violation[] => [
  ...askedRequests(evidence.asked).flatMap(({ asked, key, verdict }) => {
    if (verdict === undefined) return [];
    const { receipt, ...said } = verdict;
    return missing(evidence, asked, receipt, (event) => {
      const closed = event.type === 'verdict.closed';
      if (!closed && event.type !== 'verdict.issued') return 'is no verdict';
      if (verdictKey(event) !== key) return 'is the verdict of another request';
      return differs(said, closed ? (event.data as VerdictClosed).verdict : event.data);
    });
  }),
  ...askedOutcomes(evidence.asked).flatMap(({ asked, key, reply }) => {
    if (reply === undefined) return [];
    const { receipt, value: _, ...said } = reply;
    return missing(evidence, asked, receipt, (event) => {
      if (event.type !== 'outcome.recorded') return 'is no outcome';
      if (requestOf(event.ws, event.data as never) !== key) return 'is the outcome of another request';
      return differs(said, part(event.data as Fields, ['request_id', 'settled', 'effect', 'limits']));
    });
  }),
  ...evidence.asked.flatMap((asked) => unrecordedChange(evidence, asked)),
];

/** The request that a verdict is of. */
export const verdictKey = ({ type, ws, data, entry }: Happening): string =>
  requestOf(
    ws,
    type === 'verdict.closed' ? (data as VerdictClosed) : (entry.command as { request: never }).request,
  );

const unrecordedChange = (evidence: Evidence, asked: Asked): Violation[] => {
  const { verb, answer, sent } = asked;
  const receipt = answer?.['receipt'] as Receipt | null | undefined;
  if (receipt === null || receipt === undefined || errorOf(answer) !== undefined) return [];
  if (verb === 'policy') {
    return missing(evidence, asked, receipt, ({ data, ws }) => {
      if (ws !== asked.ws) return 'is of another workspace';
      const about = ['policy_id', 'revision', 'hash', 'enforcement', 'ungoverned'].filter((name) =>
        Object.hasOwn(answer as Fields, name),
      );
      return differs(part(answer as Fields, about), part(data as Fields, about));
    });
  }
  if (verb !== 'signal') return [];
  return missing(evidence, asked, receipt, ({ data, ws }) => {
    const { session_id, message_id } = data as Fields;
    const same =
      ws === asked.ws && session_id === sent?.['session_id'] && message_id === sent?.['message_id'];
    return same ? undefined : 'is about another message';
  });
};

const missing = (
  evidence: Evidence,
  asked: Asked,
  receipt: Receipt | undefined,
  flawOf: (event: Happening) => string | undefined,
): Violation[] => {
  const place = receipt === undefined ? 'nowhere' : `${receipt.journal}/${receipt.revision}/${receipt.index}`;
  const event = receipt && evidence.at(receipt.journal, receipt.revision, receipt.index);
  const flaw = event === undefined ? 'does not exist' : flawOf(event);
  if (flaw === undefined) return [];
  return [
    {
      property: 'recorded',
      sentence: `an answer names ${place}, which ${flaw}`,
      evidence: [describeAsked(asked), ...(event === undefined ? [] : [describeEvent(event)])],
    },
  ];
};

const differs = (said: unknown, stored: unknown): string | undefined =>
  JSON.stringify(said) === JSON.stringify(stored) ? undefined : 'says something else';

const part = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, fields[name]]));
