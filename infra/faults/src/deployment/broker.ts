import { type NatsServer, startNatsServer } from '@edict/nats';

/** What a deployment runs on: one NATS server, or a cluster. */
export interface Broker {
  /** Addresses, parted by commas. */
  readonly url: string;
  readonly nodes: readonly NatsNode[];
  /** Copies of each stream. */
  readonly replicas: number;
  /** Cuts a server of a cluster off from the others; its clients stay with it. */
  isolate(node: NatsNode): void;
  rejoin(node: NatsNode): void;
  /** Ends everything. */
  close(): Promise<void>;
}

/** A server, which keeps its port and its store over kills. */
export interface NatsNode {
  readonly name: string;
  readonly url: string;
  /** The folder of its log and its store. */
  readonly home: string;
  pid(): number;
  kill(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** One server, as `edict up` starts it. */
export const startBroker = async (home: string): Promise<Broker> => {
  let server: NatsServer = await startNatsServer({ storeDir: home, port: 0 });
  const { port, url } = server;
  const node: NatsNode = {
    name: 'nats',
    url,
    home,
    pid: () => server.pid,
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
    },
    stop: () => server.stop(),
    start: async () => {
      server = await startNatsServer({ storeDir: home, port });
    },
  };
  const alone = (): void => {};
  return { url, nodes: [node], replicas: 1, isolate: alone, rejoin: alone, close: node.stop };
};
