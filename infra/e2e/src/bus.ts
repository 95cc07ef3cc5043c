import { connect, type NatsConnection } from '@nats-io/transport-node';

// biome-ignore lint/suspicious/noExplicitAny: tests look into replies as a stranger's client would.
export type Json = any;

/** A reply as it came over the wire. */
export interface WireReply {
  /** What the header says when the reply is an error. */
  readonly errorCode: string | undefined;
  readonly text: string;
  readonly body: Json;
}

/** Sends requests by hand: addresses and JSON from the contract, nothing of our own packages. */
export interface Bus {
  readonly nc: NatsConnection;
  ask(address: string, message: unknown, timeoutMs?: number): Promise<WireReply>;
  /** The same, but `undefined` when no answer came. */
  tryToAsk(address: string, message: unknown, timeoutMs?: number): Promise<WireReply | undefined>;
  close(): Promise<void>;
}

export const connectBus = async (url: string): Promise<Bus> => {
  const nc = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  const ask = async (address: string, message: unknown, timeoutMs = 5_000): Promise<WireReply> => {
    const payload =
      typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message);
    const reply = await nc.request(address, payload, { timeout: timeoutMs });
    const text = reply.string();
    return { errorCode: reply.headers?.get('Nats-Service-Error-Code'), text, body: JSON.parse(text) };
  };
  return {
    nc,
    ask,
    tryToAsk: (address, message, timeoutMs) => ask(address, message, timeoutMs).catch(() => undefined),
    close: () => nc.close(),
  };
};
