import {
  badRequest,
  check,
  Identifier,
  internalAddress,
  type JournalKind,
  type Parsed,
  parseJson,
} from '@edict/contracts';
import { type InternalCommand, type RespondText, readInternalReply, type SendInternal } from '@edict/engine';
import { type Served, serve } from '@edict/nats';
import type { ServiceContext, ServiceName } from './service-context.ts';

const MOST_BYTES = 1024 * 1024;
const TIMEOUT_MS = 2_000;

/** Sends commands between deciders to whoever owns their target; throws while nobody has judged them. */
export const sendInternalOn =
  ({ edge }: ServiceContext): SendInternal =>
  async ({ kind, partition, ws, command }: InternalCommand) => {
    const text = JSON.stringify({ ws, command });
    const reply = await edge.requester.request(internalAddress(kind, partition), text, {
      timeoutMs: TIMEOUT_MS,
    });
    return readInternalReply(reply.string());
  };

/** An internal command as it arrives, its body not yet checked. */
export interface InternalMessage {
  readonly ws: string;
  readonly command: unknown;
}

export interface InternalServer {
  /** Listens for a partition from now on. */
  listen(partition: number): void;
  /** Listens for no others than these any more. */
  keep(partitions: readonly number[]): void;
  stop(): Promise<void>;
}

/** Takes the internal commands of the partitions that this process owns. */
export const serveInternal = (
  { edge, bury, log }: ServiceContext,
  service: ServiceName,
  kind: JournalKind,
  judge: (partition: number, message: InternalMessage, respond: RespondText) => void,
): InternalServer => {
  const served = new Map<number, Served>();
  const listen = (partition: number): Served =>
    serve(
      edge,
      {
        subject: internalAddress(kind, partition),
        consumer: service,
        bury,
        onFault: (error, address) => log.error('an internal command failed', { address, error }),
      },
      (request) => {
        const message = readInternal(request.data);
        if (message.ok) judge(partition, message.value, (text) => request.reply(text));
        else request.reply(JSON.stringify({ error: message.rejection }));
      },
    );
  return {
    listen: (partition) => {
      if (!served.has(partition)) served.set(partition, listen(partition));
    },
    keep: (partitions) => {
      for (const [partition, server] of served) {
        if (partitions.includes(partition)) continue;
        served.delete(partition);
        void server.drain();
      }
    },
    stop: async () => {
      await Promise.all([...served.values()].map((server) => server.drain()));
    },
  };
};

const readInternal = (data: Uint8Array): Parsed<InternalMessage> => {
  const parsed = parseJson(data, MOST_BYTES);
  if (!parsed.ok) return parsed;
  const { ws, command } = (parsed.value ?? {}) as { ws?: unknown; command?: unknown };
  const checked = check(Identifier, ws);
  return checked.ok
    ? { ok: true, value: { ws: checked.value, command } }
    : badRequest('/ws', 'ws is missing');
};

/** What takes partitions over: tells of each that is loaded, and settles when all are. */
interface Desk {
  own(partitions: readonly number[], loaded: (partition: number) => void): Promise<void>;
}

/**
 * Keeps a desk and its internal commands on the partitions that are this process's own, now and after each change of
 * the members; the commands of each are served as soon as it is loaded. Settles when the first ones are loaded; the
 * result ends it.
 */
export const ownPartitions = async (
  { membership, deployment }: Pick<ServiceContext, 'membership' | 'deployment'>,
  service: ServiceName,
  desk: Desk,
  internal: Pick<InternalServer, 'listen' | 'keep'>,
): Promise<() => void> => {
  const all = Array.from({ length: deployment.partitions }, (_, partition) => partition);
  let before = '';
  const look = async (): Promise<void> => {
    const owned = all.filter((partition) => membership.owns(service, partition));
    const now = `${membership.incarnation()} ${owned.join()}`;
    if (now === before) return;
    before = now;
    internal.keep(owned);
    await desk.own(owned, internal.listen);
  };
  const unlisten = membership.onChange(() => void look());
  await look();
  return unlisten;
};
