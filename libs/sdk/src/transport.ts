import type { Fault } from '@edict/contracts';
import type { RequestKey } from '@edict/nats';

/** What a client needs of a bus: one question with one answer, and a live subscription. */
export interface Transport {
  /** Calls `done` exactly once: with the reply's bytes, or with the fault that kept them away. */
  request(address: string, payload: string, options: RequestOptions, done: Done): void;
  /** Calls `onMessage` for each message until the returned function is called, and `onRefused` when none will come. */
  subscribe(
    address: string,
    onMessage: (data: Uint8Array) => void,
    onRefused: (fault: Fault) => void,
  ): () => void;
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly timeoutMs: number;
  /** What it is about, for a bus that can ask the owner of that directly. */
  readonly about?: RequestKey | undefined;
  /** In a message of its own: for what a stream takes, which knows nothing of bundles. */
  readonly alone?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Done = (fault: Fault | undefined, data: Uint8Array | undefined) => void;
