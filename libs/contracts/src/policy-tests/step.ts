import * as z from 'zod';
import { Action, DecisionRequest, OutcomeReport, Resource, Subject } from '../decision-request.ts';
import { Duration } from '../documents/limits.ts';
import { Identifier } from '../identifiers.ts';
import { SessionStartPayload, SIGNAL_PAYLOADS } from '../signal-payloads.ts';
import { PolicyTestExpectation } from './expectation.ts';
import { needs, object, oneOf } from './phrases.ts';

/** The rest of a request comes from the defaults of the file; a revision to wait for has no meaning in a test. */
export const RequestPart = DecisionRequest.omit({ at_least_revision: true }).extend({
  subject: Subject.partial().optional(),
  action: Action.partial().optional(),
  resource: Resource.partial().optional(),
});

/** Request and subject are those of the latest request unless they are given. */
const ReportPart = OutcomeReport.partial({ request_id: true, subject: true });

const SessionPart = SessionStartPayload.partial({
  mode_version: true,
  configuration_version: true,
  ttl_ms: true,
}).extend({ initiator: Identifier, session_id: Identifier.optional() });

const { SessionStart: _, ...laterSignals } = SIGNAL_PAYLOADS;
const LATER_SIGNALS = Object.keys(laterSignals) as [string, ...string[]];

/** The session is the latest one, started or opened by an escalation, unless it is given. */
const SignalPart = z.strictObject(
  {
    sender: Identifier,
    message_type: oneOf(LATER_SIGNALS),
    session_id: Identifier.optional(),
    payload: z.record(z.string(), z.unknown(), { error: 'must be an object' }),
  },
  object('sender, message_type and payload'),
);

/** What a step may do, and what may be expected of the answer to it. */
const ANSWERS = {
  request: ['decision', 'effect', 'reasons', 'warnings', 'obligations', 'limits', 'exactly', 'error'],
  report: ['effect', 'settled', 'value', 'limits', 'exactly', 'error'],
  session: ['session_state', 'error', 'reasons', 'exactly'],
  signal: ['session_state', 'error', 'reasons', 'exactly'],
} as const;
type Act = keyof typeof ANSWERS;
const ACTS = Object.keys(ANSWERS) as Act[];

export type Refuse = (path: string[], message: string) => void;

/** Refuses what the answer to an act does not have. */
export const refuseMisfits = (
  act: Act,
  expected: PolicyTestExpectation | undefined,
  refuse: Refuse,
): void => {
  const known: readonly string[] = ANSWERS[act];
  for (const field of Object.keys(expected ?? {})) {
    if (known.includes(field)) continue;
    refuse(['expect', field], `the answer to a ${act} has no such field; it has ${known.join(', ')}`);
  }
};

const timesError = { error: 'must be a whole number from 1 to 10000' };

/** One thing that is done, when, and what is wanted of the answer. */
export const PolicyTestStep = z
  .strictObject(
    {
      after: Duration.optional().describe('How much time passes before'),
      times: z.int(timesError).min(1, timesError).max(10_000, timesError).optional(),
      request: RequestPart.optional(),
      report: ReportPart.optional(),
      session: SessionPart.optional(),
      signal: SignalPart.optional(),
      expect: PolicyTestExpectation.optional(),
    },
    object('request, report, session or signal'),
  )
  .superRefine((step, context) => {
    const refuse: Refuse = (path, message) => context.addIssue({ code: 'custom', path, message });
    const [act, ...more] = ACTS.filter((each) => step[each] !== undefined);
    if (act === undefined || more.length > 0) refuse([], `must have one of ${ACTS.join(', ')}`);
    else refuseMisfits(act, step.expect, refuse);
  })
  .meta({ oneOf: ACTS.map(needs) });
export type PolicyTestStep = z.infer<typeof PolicyTestStep>;
