import { Fault } from '@edict/contracts';
import type { EdgeConnection, Requester } from '@edict/nats';
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { createInboxes, type Inboxes } from './inboxes.ts';
import type { Machine } from './machine.ts';
import { createSubscriptions, type Subscription, type Subscriptions } from './subscriptions.ts';
import type { Troubles } from './troubles.ts';
import type { World } from './world.ts';

/** The bus between clients and members, as far as Edict uses one: subjects, queue groups, requests, headers. */
export interface Network {
  /** What a member gets as its connection for requests and heartbeats. */
  edgeOf(machine: Machine): EdgeConnection;
  /** Sends a request from outside; `done` is called once with the reply's text, or with nothing when none comes. */
  ask(request: ClientRequest, done: (reply: string | undefined) => void): void;
  /** Forgets what a dead machine listened to. */
  cut(machine: Machine): void;
  setTroubles(troubles: Troubles): void;
  /** Whether the broker is there at all. */
  setUp(up: boolean): void;
}

export interface ClientRequest {
  readonly subject: string;
  readonly text: string;
  readonly timeoutMs: number;
  /** Told when the network sends a copy of its own. */
  readonly onCopy: () => void;
}

interface Envelope {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string | undefined;
  readonly headers?: MsgHdrs | undefined;
}

/** What carries messages, and what is on its way. */
interface Wires {
  readonly inboxes: Inboxes;
  readonly subscriptions: Subscriptions;
  isUp(): boolean;
  publish(envelope: Envelope): void;
  /** Whether the network sends this message twice. */
  doubles(): boolean;
}

/** `rewrite` changes what clients ask before it is sent: for variants that ignore a part of it. */
export const createNetwork = (
  world: World,
  first: Troubles,
  rewrite: (text: string) => string = (text) => text,
): Network => {
  const { random } = world;
  const inboxes = createInboxes();
  const subscriptions = createSubscriptions(random);
  let troubles = first;
  let up = true;

  /** How long a message takes: mostly next to nothing. */
  const delay = (): number => (random.chance(troubles.slow) ? random.next() * 3_000 : 0.05 + random.next());

  const carry = (envelope: Envelope, to: Subscription): void => {
    if (random.chance(troubles.drop)) return;
    to.machine.reach(delay(), () => {
      if (!to.closed) to.callback(null, messageOf(envelope));
    });
  };
  const answer = (envelope: Envelope): void => {
    if (random.chance(troubles.drop)) return;
    world.after(delay(), () => inboxes.settle(envelope.subject, undefined, messageOf(envelope)));
  };
  const nobody = (inbox: string, subject: string): void => {
    const fault = new Fault('NO_RESPONDERS', `nobody listens on ${subject}`, { retriable: true });
    world.after(delay(), () => inboxes.settle(inbox, fault));
  };
  const publish = (envelope: Envelope): void => {
    if (!up) return;
    if (envelope.subject.startsWith('_INBOX.')) {
      answer(envelope);
      return;
    }
    const to = subscriptions.receivers(envelope.subject);
    if (to.length === 0 && envelope.reply !== undefined) nobody(envelope.reply, envelope.subject);
    for (const each of to) carry(envelope, each);
  };
  const doubles = (): boolean => random.chance(troubles.duplicate);
  const wires: Wires = { inboxes, subscriptions, isUp: () => up, publish, doubles };

  return {
    edgeOf: (machine) => edgeOn(machine, wires),
    ask: ({ subject, text, timeoutMs, onCopy }, done) => {
      const reply = inboxes.open('client', timeoutMs, world.after, (_, message) => done(message?.string()));
      const envelope = { subject, data: bytesOf(rewrite(text)), reply };
      publish(envelope);
      if (!doubles()) return;
      onCopy();
      publish({ ...envelope, reply: '_INBOX.nobody' });
    },
    cut: subscriptions.cut,
    setTroubles: (next) => {
      troubles = next;
    },
    setUp: (next) => {
      up = next;
    },
  };
};

/** As much of a connection as the services use. */
const edgeOn = (machine: Machine, wires: Wires): EdgeConnection => {
  const nc = {
    publish: (subject: string, payload: Uint8Array | string = '', options: object = {}) =>
      wires.publish({ subject, data: bytesOf(payload), ...options }),
    subscribe: (subject: string, { callback, queue }: Pick<Subscription, 'callback' | 'queue'>) => {
      const subscription = wires.subscriptions.add({ machine, subject, queue, callback });
      const close = (): void => {
        subscription.closed = true;
      };
      return { unsubscribe: close, drain: async () => close(), isClosed: () => subscription.closed };
    },
    flush: async () => {},
    isClosed: () => false,
  };
  const edge = { role: 'edge', nc, requester: requesterOn(machine, wires), connected: wires.isUp };
  return edge as unknown as EdgeConnection;
};

const requesterOn = (machine: Machine, { inboxes, publish, isUp, doubles }: Wires): Requester => {
  const send: Requester['send'] = (subject, payload, { timeoutMs = 5_000, headers }, done) => {
    if (!isUp()) {
      done(new Fault('DISCONNECTED', 'the connection is down', { retriable: true }));
      return;
    }
    const reply = inboxes.open(machine.name, timeoutMs, machine.reach, done);
    const envelope = { subject, data: bytesOf(payload), reply, headers };
    publish(envelope);
    // Between members only what may be repeated without harm is: commands from one decider to another.
    if (subject.includes('.internal.') && doubles()) publish(envelope);
  };
  const request: Requester['request'] = (subject, payload, options = {}) =>
    new Promise((resolve, reject) => {
      send(subject, payload, options, (fault, reply) =>
        reply === undefined ? reject(fault) : resolve(reply),
      );
    });
  const sendBundled: Requester['sendBundled'] = (
    subject,
    payload,
    { timeoutMs, headers: own = {} },
    done,
  ) => {
    const block = headers();
    for (const [name, value] of Object.entries(own)) block.set(name, value);
    send(subject, payload, { timeoutMs, headers: block }, (fault, reply) => done(fault, reply?.data));
  };
  return { send, request, sendBundled, pending: () => 0 };
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const bytesOf = (payload: Uint8Array | string): Uint8Array =>
  typeof payload === 'string' ? encoder.encode(payload) : payload;

const messageOf = ({ subject, data, reply, headers }: Envelope): Msg =>
  ({
    subject,
    data,
    reply,
    headers,
    string: () => decoder.decode(data),
    json: () => JSON.parse(decoder.decode(data)),
  }) as unknown as Msg;
