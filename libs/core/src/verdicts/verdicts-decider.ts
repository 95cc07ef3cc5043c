import type { OutcomeCommand, Rejection, RequestRef, VerdictCommand, VerdictEvent } from '@edict/contracts';
import { decideClose } from './decide-close.ts';
import { decideOutcome } from './decide-outcome.ts';
import { decideRequest } from './decide-request.ts';
import { evolveVerdicts, type VerdictPlace } from './evolve-verdicts.ts';
import { expireRequest } from './expire-request.ts';
import { fromRequestKey, outcomeKey, requestKey } from './request-key.ts';
import type { VerdictDecision, VerdictFacts, VerdictInput } from './verdict-facts.ts';
import { differsFrom, type RecordedReply, replyTo } from './verdict-replies.ts';
import {
  captureVerdicts,
  OLDER_VERDICT_FORMATS,
  reachOfVerdicts,
  restoreVerdicts,
  VERDICT_FORMAT,
} from './verdict-snapshot.ts';
import { createVerdictState, type ReplyPlace, type VerdictState } from './verdict-state.ts';

/** How an event bears on a command that was sent under an id. */
interface About {
  readonly key: string;
  readonly answers: boolean;
  /** Where the reply lies, when the memory of it may be gone. */
  readonly place?: ReplyPlace;
}

const NOTHING: readonly About[] = [];

/** Equal numbers promise that deciding again gives the same events byte for byte. */
const SEMANTICS = 3;

/** How many deadlines are worked off at once; the rest is due again right after. */
const DUE_AT_ONCE = 500;

/** The verdict journal's rules: requests, their limits, outcomes and escalations. Pure. */
export const verdictsDecider = {
  semantics: SEMANTICS,
  initialState: (): VerdictState => createVerdictState(),

  decide: (
    input: VerdictInput & { readonly command: VerdictCommand },
    state: VerdictState,
  ): VerdictDecision => {
    const { command } = input;
    switch (command.kind) {
      case 'decide':
        return decideRequest(command, input, state);
      case 'outcome':
        return decideOutcome(command, input, state);
      case 'close':
        return decideClose(command, input, state);
      case 'expire':
        return expireRequest(command, input, state);
    }
  },

  evolve: (state: VerdictState, event: VerdictEvent, place: VerdictPlace): void =>
    evolveVerdicts(state, event, place),

  flow: (command: VerdictCommand): string => {
    const { type, id } = subjectOf(command);
    return `${type}\u0000${id}`;
  },

  key: (command: VerdictCommand, ws: string): string | undefined => {
    switch (command.kind) {
      case 'decide':
        return requestKey(ws, command.request);
      case 'outcome':
        return outcomeKey(ws, command.report);
      default:
        return undefined;
    }
  },

  about: (event: VerdictEvent, { ws, command }: VerdictPlace): readonly About[] => {
    switch (event.type) {
      case 'verdict.issued':
        return [
          {
            key: requestKey(ws, (command as { request: RequestRef }).request),
            answers: true,
          },
        ];
      case 'verdict.closed':
        return [{ key: requestKey(ws, event.data), answers: true }];
      case 'outcome.recorded':
        return [
          { key: outcomeKey(ws, event.data), answers: true },
          keptAlive(requestKey(ws, event.data), (command as OutcomeCommand).recorded?.receipt),
        ];
      case 'limit.settled':
      case 'limit.released': {
        return [keptAlive(requestKey(ws, event.data), event.data.verdict)];
      }
      case 'escalation.approved':
        return [{ key: requestKey(ws, event.data), answers: false }];
      default:
        return NOTHING;
    }
  },

  reply: (recorded: RecordedReply): string => replyTo(recorded),
  repeats: (command: VerdictCommand, recorded: RecordedReply): Rejection | undefined =>
    differsFrom(command, recorded),
  interim: (event: VerdictEvent): boolean =>
    event.type === 'verdict.issued' && event.data.effect === 'escalate',

  /** Where the reply to a key lies as long as the state itself holds the request open, however long that is. */
  pinned: (state: VerdictState, key: string): ReplyPlace | undefined => {
    const escalation = state.escalations.get(key);
    if (escalation?.state === 'open') return escalation.place;
    const held = state.reservations.get(key);
    return held === undefined ? undefined : { revision: held.revision, index: held.index };
  },

  nextDeadline: (state: VerdictState): number | undefined => state.deadlines.next(),
  due: (state: VerdictState, now: number): { readonly ws: string; readonly command: VerdictCommand }[] =>
    state.deadlines.dueBy(now, DUE_AT_ONCE).map(({ key }) => {
      const { ws, subject, request_id } = fromRequestKey(key);
      return { ws, command: { kind: 'expire', subject, request_id } };
    }),

  capture: captureVerdicts,
  restore: restoreVerdicts,
  reach: reachOfVerdicts,
  stateFormat: VERDICT_FORMAT,
  olderFormats: OLDER_VERDICT_FORMATS,

  encode: (command: VerdictCommand): string => encodeCommand(command),
  encodeFacts: ({ set }: VerdictFacts): unknown => ({ set_revision: set.revision }),
};

const keptAlive = (key: string, place: ReplyPlace | undefined): About =>
  place === undefined ? { key, answers: false } : { key, answers: false, place };

const subjectOf = (command: VerdictCommand): RequestRef['subject'] => {
  switch (command.kind) {
    case 'decide':
      return command.request.subject;
    case 'outcome':
      return command.report.subject;
    default:
      return command.subject;
  }
};

/** The command as it is stored: a request as its sender wrote it; an outcome without the value, and what judging it took. */
const encodeCommand = (command: VerdictCommand): string => {
  if (command.kind === 'decide') {
    const { raw, request, claims_trusted } = command;
    return `{"kind":"decide","request":${raw ?? JSON.stringify(request)},"claims_trusted":${claims_trusted}}`;
  }
  if (command.kind !== 'outcome') return JSON.stringify(command);
  const { kind, report, value_sha256, judged, recorded } = command;
  if (recorded === undefined) return JSON.stringify({ kind, report, value_sha256, judged });
  const { receipt, effect, set_revision } = recorded;
  return JSON.stringify({ kind, report, value_sha256, judged, recorded: { receipt, effect, set_revision } });
};
