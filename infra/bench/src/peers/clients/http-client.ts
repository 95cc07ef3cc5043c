import { connect, type Socket } from 'node:net';

/** Posts JSON to a path and gives the body of a 200; any other status is an error. */
export interface HttpClient {
  post(path: string, body: string): Promise<string>;
  close(): void;
}

interface Call {
  readonly request: string;
  readonly resolve: (body: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Kept connections with one request at a time on each, as servers expect it; what finds none free waits. Written for a bench:
 * a client of Node takes more processor time than some servers.
 */
export const connectHttp = (port: number, connections: number): HttpClient => {
  const waiting: Call[] = [];
  const free: ((call: Call) => void)[] = [];
  const sockets: Socket[] = [];

  const open = (): void => {
    let call: Call | undefined;
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    sockets.push(socket);
    const take = (next: Call): void => {
      call = next;
      socket.write(next.request);
    };
    const fail = (error: Error): void => call?.reject(error);
    socket.setEncoding('latin1');
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed a connection')));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const body = bodyOf(received);
      if (body === undefined || call === undefined) return;
      const answered = call;
      const accepted = received.startsWith('HTTP/1.1 200 ');
      received = '';
      call = undefined;
      const next = waiting.shift();
      if (next === undefined) free.push(take);
      else take(next);
      if (accepted) answered.resolve(body);
      else answered.reject(new Error(`the server answered ${body}`));
    });
    free.push(take);
  };
  for (let number = 0; number < connections; number++) open();

  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const length = Buffer.byteLength(body);
        const request = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
        const call: Call = { request, resolve, reject };
        const take = free.pop();
        if (take === undefined) waiting.push(call);
        else take(call);
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** What follows the head, once as much of it is there as the head says. */
const bodyOf = (received: string): string | undefined => {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /^content-length: *(\d+)/im.exec(received.slice(0, end))?.[1];
  if (length === undefined) throw new Error('the server answered without a length');
  const body = received.slice(end + 4);
  return body.length < Number(length) ? undefined : body;
};
