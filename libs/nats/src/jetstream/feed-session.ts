import { createInbox, type Msg } from '@nats-io/transport-node';
import type { StoreConnection } from '../connections.ts';
import { apiFault, askJetStream } from './jetstream-api.ts';

export interface SessionOptions {
  readonly stream: string;
  readonly subject: string | undefined;
  readonly after: number;
  readonly onMessage: (message: Msg, place: FeedPlace) => void;
  /** A message is missing, or the broker refuses: this session is of no use any more. */
  readonly onBroken: (error?: unknown) => void;
  readonly hold: (() => Promise<void> | undefined) | undefined;
}

export interface FeedPlace {
  readonly sequence: number;
  /** Counts the messages of one session from 1. */
  readonly delivery: number;
  readonly pending: number;
}

/** One consumer of the broker that pushes with flow control, until something is missing. */
export interface FeedSession {
  /** Milliseconds on the monotonic clock when the broker was last heard. */
  heard(): number;
  /** Resolves with the number of messages that the broker has for us. */
  readonly opened: Promise<number>;
  end(): void;
}

const HEARTBEAT_NANOS = 1_000_000_000;

export const startSession = (store: StoreConnection, options: SessionOptions): FeedSession => {
  const { stream, onMessage, onBroken, hold } = options;
  let heard = performance.now();
  let delivered = 0;
  let ended = false;
  let consumer: string | undefined;

  const permit = async (address: string): Promise<void> => {
    await hold?.();
    if (!ended && store.connected()) store.nc.publish(address);
  };

  const onControl = (message: Msg): void => {
    const askedAt = message.reply || message.headers?.get('Nats-Consumer-Stalled');
    if (askedAt) permit(askedAt).catch(onBroken);
    if (Number(message.headers?.get('Nats-Last-Consumer') || 0) > delivered) onBroken();
  };

  const inbox = createInbox();
  const subscription = store.nc.subscribe(inbox, {
    callback: (error, message) => {
      if (ended) return;
      if (error !== null) return onBroken(error);
      heard = performance.now();
      if (isControl(message)) return onControl(message);
      const place = placeOf(message.reply ?? '');
      if (place.delivery !== delivered + 1) return onBroken();
      delivered = place.delivery;
      onMessage(message, place);
    },
  });
  const opened = createConsumer(store, options, inbox).then(({ name, num_pending }) => {
    consumer = name;
    return num_pending;
  });
  return {
    heard: () => heard,
    opened,
    end: () => {
      ended = true;
      subscription.unsubscribe();
      // Without interest the broker ends it by itself; this is only sooner.
      if (consumer !== undefined && store.connected())
        store.nc.publish(`$JS.API.CONSUMER.DELETE.${stream}.${consumer}`);
    },
  };
};

const createConsumer = async (
  store: StoreConnection,
  { stream, subject, after }: SessionOptions,
  inbox: string,
): Promise<{ name: string; num_pending: number }> => {
  const config = {
    deliver_subject: inbox,
    deliver_policy: 'by_start_sequence',
    opt_start_seq: after + 1,
    ack_policy: 'none',
    replay_policy: 'instant',
    flow_control: true,
    idle_heartbeat: HEARTBEAT_NANOS,
    max_deliver: 1,
    mem_storage: true,
    num_replicas: 1,
    ...(subject !== undefined && { filter_subject: subject }),
  };
  const reply = await askJetStream<{ name: string; num_pending: number }>(
    store,
    `CONSUMER.CREATE.${stream}`,
    {
      stream_name: stream,
      config,
    },
  );
  if (reply.error !== undefined) throw apiFault(`following ${stream}`, reply.error);
  return reply;
};

/** Heartbeats and requests for permission to send on: no data, status 100. */
const isControl = (message: Msg): boolean => message.data.length === 0 && message.headers?.code === 100;

/** Reads `$JS.ACK.….<delivered>.<sequence>.<delivery>.<time>.<pending>`. */
const placeOf = (reply: string): FeedPlace => {
  const tokens = reply.split('.');
  // Nine tokens, or domain and account after the second, and then one more at the end.
  const first = tokens.length === 9 ? 5 : 7;
  return {
    sequence: Number(tokens[first]),
    delivery: Number(tokens[first + 1]),
    pending: Number(tokens[first + 3]),
  };
};
