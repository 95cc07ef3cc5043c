import { type GrpcCalls, openConnection } from './grpc-connection.ts';

export interface GrpcOptions {
  readonly port: number;
  readonly method: string;
  readonly connections: number;
}

/**
 * Unary calls, in turn over some connections. Written for a bench: Node's HTTP/2 takes more processor time than some servers.
 * It leaves flow control out, so what is in flight on one connection must be few and short messages.
 */
export const connectGrpc = ({ port, method, connections }: GrpcOptions): GrpcCalls => {
  const open = Array.from({ length: connections }, () => openConnection(port, method));
  let next = 0;
  return {
    call: (bearer, message) => {
      next = (next + 1) % open.length;
      const chosen = open[next];
      if (chosen === undefined) throw new Error('a client needs a connection');
      return chosen.call(bearer, message);
    },
    close: () => {
      for (const each of open) each.close();
    },
  };
};
