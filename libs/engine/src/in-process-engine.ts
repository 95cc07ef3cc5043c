import { BOUNDS, parseJsonText } from '@edict/contracts';
import { type Clock, createMemoryJournals, type MemoryJournals, systemClock } from '@edict/journal';
import { type InternalCommand, readInternalReply, type SendInternal } from './internal.ts';
import { authoriseByVerdict } from './policies/authorise.ts';
import { createPolicyDesk, type PolicyDesk, policyRefusal } from './policies/policy-desk.ts';
import { createPolicyDirectory, type PolicyDirectory } from './policies/policy-directory.ts';
import { errorText } from './reply-text.ts';
import { createSessionDesk, readSignal, type SessionDesk, signalErrorText } from './sessions/session-desk.ts';
import { type MessageFacts, readDecision, readOutcome } from './verdicts/read-decision.ts';
import { createVerdictDesk, type VerdictDesk } from './verdicts/verdict-desk.ts';

/** Who a message comes from, and where to. */
export interface Envelope {
  readonly ws: string;
  /** The agent's identity, when it speaks for itself. */
  readonly as?: string;
}

/** The same deciders and hosts as on the bus, on journals in memory: JSON text in, JSON text out. */
export interface InProcessEngine {
  decide(text: string, envelope: Envelope): Promise<string>;
  outcome(text: string, envelope: Envelope): Promise<string>;
  signal(text: string, envelope: Envelope): Promise<string>;
  policy(text: string, envelope: Envelope): Promise<string>;
  readonly directory: PolicyDirectory;
  readonly journals: MemoryJournals;
  readonly desks: {
    readonly policies: PolicyDesk;
    readonly verdicts: VerdictDesk;
    readonly sessions: SessionDesk;
  };
  close(): Promise<void>;
}

export interface InProcessEngineOptions {
  readonly clock?: Clock;
  readonly partitions?: number;
}

const encoder = new TextEncoder();
let engines = 0;

export const createInProcessEngine = async (
  options: InProcessEngineOptions = {},
): Promise<InProcessEngine> => {
  const { clock = systemClock, partitions = 1 } = options;
  const journals = createMemoryJournals();
  const directory = createPolicyDirectory();
  const incarnation = `e${(++engines).toString(36)}`;
  let ids = 0;
  const freshId = (): string => `${incarnation}-r${(++ids).toString(36)}`;
  const deadline = (): number => clock.monotonic() + BOUNDS.requestTimeoutMs;
  const openJournal = journals.open;
  const sendInternal: SendInternal = (command) => deliver(command, verdicts, sessions);
  const shared = { partitions, openJournal, clock, incarnation, directory, fresh: () => true, sendInternal };
  const verdicts = createVerdictDesk(shared);
  const sessions = createSessionDesk(shared);
  const facts = ({ ws, as }: Envelope): MessageFacts => ({ ws, ...(as !== undefined && { as }), freshId });

  const decide: InProcessEngine['decide'] = (text, envelope) =>
    new Promise((resolve) => {
      const read = readDecision(encoder.encode(text), facts(envelope));
      if (read.ok) verdicts.decide(read.value, deadline(), resolve);
      else resolve(errorText(read.rejection));
    });
  const policies = createPolicyDesk({
    openJournal,
    clock,
    incarnation,
    authorise: authoriseByVerdict((ws, request) => decide(request, { ws }), freshId),
    onEvents: (ws, events) => directory.applyEvents(ws, events),
  });
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  await Promise.all([verdicts.own(all), sessions.own(all)]);

  return {
    decide,
    outcome: (text, envelope) =>
      new Promise((resolve) => {
        const read = readOutcome(encoder.encode(text), facts(envelope));
        if (read.ok) verdicts.outcome(read.value, deadline(), resolve);
        else resolve(errorText(read.rejection));
      }),
    signal: (text, { ws, as }) =>
      new Promise((resolve) => {
        const read = readSignal(encoder.encode(text), ws, as);
        if (read.ok) sessions.signal(read.value, deadline(), resolve);
        else resolve(signalErrorText(read.rejection));
      }),
    policy: async (text, envelope) => {
      const parsed = parseJsonText(text);
      if (!parsed.ok) return policyRefusal(parsed.rejection).text;
      return (await policies.handle({ ...envelope, body: parsed.value, deadline: deadline() })).text;
    },
    directory,
    journals,
    desks: { policies, verdicts, sessions },
    close: async () => {
      await Promise.all([policies.drain(), verdicts.drain(), sessions.drain()]);
    },
  };
};

/** Where there is no bus, an internal command is a call. */
const deliver = async (
  { kind, partition, ws, command }: InternalCommand,
  verdicts: VerdictDesk,
  sessions: SessionDesk,
): ReturnType<SendInternal> =>
  readInternalReply(
    await new Promise<string>((resolve) => {
      if (kind === 'verdicts') verdicts.close(partition, ws, command, resolve);
      else sessions.internal(partition, ws, command, resolve);
    }),
  );
