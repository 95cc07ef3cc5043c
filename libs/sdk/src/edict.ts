import {
  BOUNDS,
  boundAddress,
  type DecisionRequest,
  Fault,
  intakeAddress,
  type OutcomeReport,
  type Verb,
  verbAddress,
} from '@edict/contracts';
import type { RequestKey } from '@edict/nats';
import type { Observable } from 'rxjs';
import { type CloudEvent, watchFeed } from './feed.ts';
import { isObject, NOT_AN_OBJECT } from './objects.ts';
import { createPoliciesClient, type PoliciesClient } from './policies-client.ts';
import {
  type DecisionReply,
  deny,
  noAnswer,
  type OutcomeReply,
  type Reply,
  readDecision,
  readReply,
  readSignalReply,
  type SignalReply,
  unacknowledged,
} from './replies.ts';
import { requestKeys } from './request-keys.ts';
import { createSubmitClient, type SubmitClient } from './submit-client.ts';
import type { Done, RequestOptions, Transport } from './transport.ts';

/** The header that tells a worker how long its caller waits (contract §3). */
const TIMEOUT_HEADER = 'Edict-Timeout-Ms';

/** A MACP envelope as JSON (contract §5). */
export interface SignalEnvelope {
  readonly macp_version: string;
  readonly mode: string;
  readonly message_type: string;
  readonly message_id: string;
  readonly session_id: string;
  readonly sender: string;
  readonly timestamp_unix_ms?: number;
  readonly payload: unknown;
}

export interface CallOptions {
  /** How long to wait; the worker decides nothing later than that. Default 5000 ms; more than 60,000 is a `BAD_REQUEST`. */
  readonly timeoutMs?: number;
}

/** A workspace on the bus. No promise rejects for want of an answer: without one, `decision` is false. */
export interface Edict {
  /**
   * May this be done, now? Safe to use by looking at `decision` alone. A request without an id gets one, which the reply
   * repeats.
   */
  decide(request: DecisionRequest, options?: CallOptions): Promise<DecisionReply>;
  /** Reports how allowed work ended, which settles its reservation. */
  outcome(report: OutcomeReport, options?: CallOptions): Promise<OutcomeReply>;
  /** Sends a signal into a decision session. */
  signal(envelope: SignalEnvelope, options?: CallOptions): Promise<SignalReply>;
  /** Leaves requests and signals for when the services come to them. */
  readonly submit: SubmitClient;
  /** Any policy message of contract §4, as it is. */
  policy<T>(message: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Reply<T>>;
  readonly policies: PoliciesClient;
  /** The live feed, each event once. */
  watch(types?: readonly string[]): Observable<CloudEvent>;
  /** What changes the workspace's policies or settings, live. */
  policyChanges(): Observable<CloudEvent>;
  close(): Promise<void>;
}

export interface EdictSettings {
  readonly workspace: string;
  /** The identity that the address binds, for an agent with its own credentials (contract §6). */
  readonly as?: string;
}

const POLICY_CHANGES = ['policy.*', 'workspace.*'];

/** The client over any transport. */
export const createEdict = (transport: Transport, settings: EdictSettings): Edict => {
  const { workspace, as } = settings;
  const address = (verb: Verb): string =>
    as === undefined ? verbAddress(verb, workspace) : boundAddress(as, verb, workspace);
  const [decideAddress, outcomeAddress, signalAddress, policyAddress] = [
    address('decide'),
    address('outcome'),
    address('signal'),
    address('policy'),
  ];
  const about = requestKeys(settings);
  const ask = <T>(
    to: string,
    message: T,
    keyOf: (message: T) => RequestKey | undefined,
    options: CallOptions | undefined,
    done: Done,
  ): void => {
    const text = toText(message);
    if (text instanceof Fault) done(text, undefined);
    else transport.request(to, text, { ...timeoutOptions(options?.timeoutMs), about: keyOf(message) }, done);
  };
  const submit = createSubmitClient(
    as !== undefined
      ? undefined
      : (verb, message, options, done) => {
          const text = toText(message);
          const timeoutMs = options?.timeoutMs ?? BOUNDS.requestTimeoutMs;
          if (text instanceof Fault) done(text, undefined);
          else transport.request(intakeAddress(verb, workspace), text, { timeoutMs, alone: true }, done);
        },
  );
  const policy = <T>(message: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Reply<T>> =>
    new Promise((resolve) => {
      ask(policyAddress, message, about.nothing, options, (fault, data) =>
        resolve(data === undefined ? { error: noAnswer(fault) } : readReply<T>(data)),
      );
    });
  return {
    decide: (request, options) =>
      new Promise((resolve) => {
        const asked = withId(request);
        ask(decideAddress, asked, about.verdict, options, (fault, data) =>
          resolve(data === undefined ? deny(noAnswer(fault)) : readDecision(data, asked?.request_id)),
        );
      }),
    outcome: (report, options) =>
      new Promise((resolve) => {
        ask(outcomeAddress, report, about.verdict, options, (fault, data) =>
          resolve(data === undefined ? { error: noAnswer(fault) } : readReply(data)),
        );
      }),
    signal: (envelope, options) =>
      new Promise((resolve) => {
        ask(signalAddress, envelope, about.session, options, (fault, data) =>
          resolve(
            data === undefined ? unacknowledged(envelope, noAnswer(fault)) : readSignalReply(data, envelope),
          ),
        );
      }),
    submit,
    policy,
    policies: createPoliciesClient(policy),
    watch: (types = []) => watchFeed(transport, workspace, types),
    policyChanges: () => watchFeed(transport, workspace, POLICY_CHANGES),
    close: () => transport.close(),
  };
};

/** With an id a request may be sent again, whatever became of the first time. */
const withId = (request: DecisionRequest): DecisionRequest =>
  isObject(request) && request.request_id === undefined
    ? { ...request, request_id: crypto.randomUUID() }
    : request;

const DEFAULT_OPTIONS: RequestOptions = { timeoutMs: BOUNDS.requestTimeoutMs };

/** The header costs a header block per request, so the default, which the worker knows, goes without. */
const timeoutOptions = (timeoutMs: number | undefined): RequestOptions =>
  timeoutMs === undefined || timeoutMs === BOUNDS.requestTimeoutMs
    ? DEFAULT_OPTIONS
    : { timeoutMs, headers: { [TIMEOUT_HEADER]: String(timeoutMs) } };

/** A message that is no object, or has no JSON form, never leaves the caller; the answer says so instead. */
const toText = (message: unknown): string | Fault => {
  if (!isObject(message)) return new Fault('BAD_REQUEST', NOT_AN_OBJECT);
  try {
    return JSON.stringify(message) ?? notJson('it says that it is undefined');
  } catch (error) {
    return notJson(error instanceof Error ? error.message : String(error));
  }
};

const notJson = (why: string): Fault => new Fault('BAD_REQUEST', `the message has no JSON form: ${why}`);
