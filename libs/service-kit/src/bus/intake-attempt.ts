import {
  BOUNDS,
  check,
  Identifier,
  type IntakeVerb,
  isFault,
  parseIntakeAddress,
  STREAMS,
} from '@edict/contracts';
import { type IntakeMessage, RELAY_HEADERS } from '@edict/nats';
import type { Incoming } from './incoming.ts';
import { readEnding, triedAgainAfter } from './intake-ending.ts';
import type { OwnerRouting } from './owner-routing.ts';
import type { RecordedLookup } from './recorded-lookup.ts';
import type { ServiceContext, ServiceName } from './service-context.ts';
import type { Routed, Trace, VerbHandler } from './verb-handler.ts';

/** What it takes to work on a message of the intake. */
export interface IntakeWork {
  readonly context: Pick<ServiceContext, 'clock' | 'log' | 'bury'> & {
    readonly membership: Pick<ServiceContext['membership'], 'late'>;
    readonly intake: Pick<ServiceContext['intake'], 'attempts'>;
  };
  readonly service: ServiceName;
  readonly verb: IntakeVerb;
  readonly handler: VerbHandler;
  readonly routing: Pick<OwnerRouting, 'judge'>;
  readonly lookup: Pick<RecordedLookup, 'holds' | 'forget'>;
}

/** Well within what the broker waits. */
const WORKING_MS = 5_000;
/** Clocks may differ, and an owner forgets by its own. */
const MARGIN_MS = 10_000;

/** Works on a message until it ends in exactly one way: it leaves the stream, or it comes again. Never throws. */
export const attemptIntake = async (work: IntakeWork, message: IntakeMessage): Promise<void> => {
  try {
    await attempt(work, message);
  } catch (error) {
    work.context.log.warn('a message of the intake is tried again', { address: message.address, error });
    message.later(triedAgainAfter(message.deliveries));
  }
};

const attempt = async (work: IntakeWork, message: IntakeMessage): Promise<void> => {
  const { clock, membership } = work.context;
  const ws = parseIntakeAddress(message.address)?.ws;
  if (ws === undefined || !check(Identifier, ws).ok) {
    const reason =
      'the address names no workspace: each token is encoded as =HH in upper case, 1 to 256 bytes';
    return bury(work, message, 'unknown', reason);
  }
  if (membership.late()) return message.later(triedAgainAfter(message.deliveries));
  const read = () => readMessage(work, message, ws, clock.monotonic() + BOUNDS.requestTimeoutMs);
  let { incoming, routed } = read();
  const trace = routed.ok ? routed.value.trace : undefined;
  if (mayBeForgotten(work, message, trace)) {
    const earlier = await recordedEarlier(work, message, trace);
    if (earlier === 'recorded') return done(work, message);
    if (earlier !== 'not recorded') return bury(work, message, ws, earlier.reason);
    // Looking may have taken longer than an attempt may.
    ({ incoming, routed } = read());
  }
  if (routed.ok) await end(work, message, ws, await judged(work, incoming, routed.value));
  else await end(work, message, ws, work.handler.errorText(routed.rejection));
};

/** The id is the body's own, else the sender's header, else where the message lies: the same each time it comes. */
const idOf = (message: IntakeMessage): string =>
  message.header(RELAY_HEADERS.id) ?? `${STREAMS.intake}-${message.sequence}`;

const readMessage = (
  { verb, handler }: IntakeWork,
  message: IntakeMessage,
  ws: string,
  deadline: number,
): { readonly incoming: Incoming; readonly routed: ReturnType<VerbHandler['route']> } => {
  const { data } = message;
  const incoming = {
    verb,
    ws,
    as: undefined,
    messageId: idOf(message),
    deadline,
    relayed: false,
    again: false,
    bundled: false,
    data,
  };
  return { incoming, routed: handler.route(incoming) };
};

const judged = ({ routing, handler }: IntakeWork, incoming: Incoming, routed: Routed): Promise<string> =>
  new Promise((resolve) => {
    routing.judge(incoming, routed, handler, {
      respond: resolve,
      passOn: ({ data }) => resolve(new TextDecoder().decode(data)),
    });
  });

/**
 * A broker that crashed may have forgotten its last deliveries and acknowledgements. What it gives again is the oldest that
 * it has, so it comes first.
 */
const FORGOTTEN_BY_BROKER = 4_096;

/** Whether an earlier attempt may have been recorded so long ago that the owner would take this one for a new request. */
const mayBeForgotten = (
  { context }: IntakeWork,
  { deliveries, turn, storedAt }: IntakeMessage,
  trace: Trace | undefined,
): trace is Trace =>
  trace !== undefined &&
  (deliveries > 1 || turn < FORGOTTEN_BY_BROKER) &&
  context.clock.now() - storedAt > trace.knownForMs - MARGIN_MS;

const recordedEarlier = async (
  { context: { clock }, lookup }: IntakeWork,
  message: IntakeMessage,
  trace: Trace,
): Promise<'recorded' | 'not recorded' | { readonly reason: string }> => {
  let cancel = (): void => {};
  const remind = (): void => {
    message.working();
    cancel = clock.after(WORKING_MS, remind);
  };
  remind();
  try {
    return (await lookup.holds(trace, message)) ? 'recorded' : 'not recorded';
  } catch (error) {
    if (!isFault(error, 'JOURNAL_PURGED')) throw error;
    return { reason: `whether it was recorded cannot be told any more: ${error.message}` };
  } finally {
    cancel();
  }
};

const end = async (work: IntakeWork, message: IntakeMessage, ws: string, reply: string): Promise<void> => {
  const ending = readEnding(reply);
  const { deliveries } = message;
  if (ending.kind === 'recorded') done(work, message);
  else if (ending.kind === 'never') await bury(work, message, ws, ending.reason);
  else if (deliveries < work.context.intake.attempts) message.later(triedAgainAfter(deliveries));
  else await bury(work, message, ws, `not answered in ${deliveries} attempts: ${ending.reason}`);
};

const done = ({ lookup }: IntakeWork, message: IntakeMessage): void => {
  message.done();
  lookup.forget(message.sequence);
};

const bury = async (
  { context, service, lookup }: IntakeWork,
  message: IntakeMessage,
  ws: string,
  reason: string,
): Promise<void> => {
  const { address, data, sequence } = message;
  const from = { place: `${STREAMS.intake}/${sequence}`, messageId: idOf(message) };
  await context.bury({ ws, consumer: service, address, data, reason, from });
  message.drop();
  lookup.forget(sequence);
};
