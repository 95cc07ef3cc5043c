import { connect } from 'node:net';
import { FLAG, FRAME, type Frame, frame, frameReader, header } from './http2-frames.ts';

/** Calls one method of a server. */
export interface GrpcCalls {
  /** Gives the answer's message, or nothing when the server has refused the call with a status. */
  call(bearer: string, message: Buffer): Promise<Buffer | undefined>;
  close(): void;
}

interface Call {
  readonly resolve: (message: Buffer | undefined) => void;
  readonly reject: (error: Error) => void;
  received: Buffer;
}

/** Bytes before a message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;
const WINDOW = 0x7fffffff;
const FIRST_WINDOW = 0xffff;

/** One connection, without flow control: what is in flight on it stays below the 64 KiB that a server takes at first. */
export const openConnection = (port: number, method: string): GrpcCalls => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const calls = new Map<number, Call>();
  const heads = new Map<string, Buffer>();
  let stream = 1;
  let unsent: Buffer[] = [greeting()];
  let closed: Error | undefined;

  // What one turn has to say leaves in one write.
  const send = (bytes: Buffer): void => {
    if (unsent.length === 0) process.nextTick(flush);
    unsent.push(bytes);
  };
  const flush = (): void => {
    socket.write(Buffer.concat(unsent));
    unsent = [];
  };
  const end = (error: Error): void => {
    closed ??= error;
    for (const { reject } of calls.values()) reject(closed);
    calls.clear();
  };
  const take = (received: Frame): void => {
    const answer = replyTo(received);
    if (answer !== undefined) send(answer);
    if (received.type === FRAME.goAway) end(new Error('the server takes no more calls'));
    const call = calls.get(received.stream);
    if (call !== undefined && takes(call, received)) calls.delete(received.stream);
  };
  socket.on('data', frameReader(take));
  socket.on('error', end);
  socket.on('close', () => end(new Error('the server closed a connection')));
  flush();

  return {
    call: (bearer, message) =>
      new Promise((resolve, reject) => {
        if (closed !== undefined) return reject(closed);
        let head = heads.get(bearer);
        if (head === undefined) {
          head = headersOf({ port, method, bearer });
          heads.set(bearer, head);
        }
        calls.set(stream, { resolve, reject, received: EMPTY });
        send(frame(FRAME.headers, FLAG.endHeaders, stream, head));
        send(frame(FRAME.data, FLAG.endStream, stream, prefixed(message)));
        stream += 2;
      }),
    close: () => socket.destroy(),
  };
};

const EMPTY = Buffer.alloc(0);

/** What belongs to a call; true when that was all of it. */
const takes = (call: Call, { type, flags, payload }: Frame): boolean => {
  if (type === FRAME.data) {
    call.received = call.received.length === 0 ? payload : Buffer.concat([call.received, payload]);
  }
  const over =
    type === FRAME.reset ||
    ((type === FRAME.data || type === FRAME.headers) && (flags & FLAG.endStream) !== 0);
  if (over) {
    const { received, resolve } = call;
    resolve(received.length < PREFIX_BYTES ? undefined : received.subarray(PREFIX_BYTES));
  }
  return over;
};

const replyTo = ({ type, flags, payload }: Frame): Buffer | undefined => {
  if ((type !== FRAME.settings && type !== FRAME.ping) || (flags & FLAG.acknowledged) !== 0) return undefined;
  return frame(type, FLAG.acknowledged, 0, type === FRAME.ping ? payload : EMPTY);
};

/** Grants the server a window that no bench fills, for the same reason that the client counts none. */
const greeting = (): Buffer => {
  const wider = Buffer.alloc(4);
  wider.writeUInt32BE(WINDOW - FIRST_WINDOW);
  return Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(FRAME.settings, 0, 0, EMPTY),
    frame(FRAME.windowUpdate, 0, 0, wider),
  ]);
};

const headersOf = (call: {
  readonly port: number;
  readonly method: string;
  readonly bearer: string;
}): Buffer =>
  Buffer.concat([
    header(':method', 'POST'),
    header(':scheme', 'http'),
    header(':path', call.method),
    header(':authority', `127.0.0.1:${call.port}`),
    header('content-type', 'application/grpc'),
    header('te', 'trailers'),
    header('authorization', `Bearer ${call.bearer}`),
  ]);

const prefixed = (message: Buffer): Buffer => {
  const bytes = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  message.copy(bytes, PREFIX_BYTES);
  return bytes;
};
