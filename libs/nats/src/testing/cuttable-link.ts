import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut without touching the server. */
export interface CuttableLink {
  readonly url: string;
  /** How many go through it now. */
  connections(): number;
  /** Ends every connection and takes no new one. */
  cut(): void;
  /** Ends every connection as soon as the server has been sent something that holds this text; its answer is lost. */
  cutAfterSending(text: string): void;
  mend(): void;
  close(): Promise<void>;
}

/** Puts a TCP proxy in front of a server. */
export const cuttableLink = async (target: string): Promise<CuttableLink> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let whole = true;
  let trigger: string | undefined;
  const cut = (): void => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  const proxy = createServer((inbound) => {
    if (!whole) {
      inbound.destroy();
      return;
    }
    const outbound = connect(Number(port), hostname);
    for (const socket of [inbound, outbound]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        inbound.destroy();
        outbound.destroy();
      });
    }
    outbound.pipe(inbound);
    inbound.on('data', (chunk) => {
      if (trigger === undefined || !chunk.includes(trigger)) return void outbound.write(chunk);
      trigger = undefined;
      // The way back goes first: the server gets everything and nobody hears about it.
      outbound.unpipe(inbound);
      inbound.destroy();
      outbound.end(chunk);
      whole = false;
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  return {
    url: `nats://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    connections: () => sockets.size / 2,
    cut,
    cutAfterSending: (text) => {
      trigger = text;
    },
    mend: () => {
      whole = true;
    },
    close: async () => {
      cut();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
};
