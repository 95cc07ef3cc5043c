import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusalOf } from '../macp-runtime/messages.ts';
import { connectGrpc } from './grpc-client.ts';
import { connectHttp } from './http-client.ts';
import { bytesField, doubleField, integerField, message, textField } from './protobuf.ts';

const listening = async (server: ReturnType<typeof createServer | typeof createHttp2Server>) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
};

describe('the HTTP client of the bench', () => {
  test('gives each call the answer to its own body, with fewer connections than calls', async () => {
    const sockets = new Set<unknown>();
    const server = createServer(async (request, response) => {
      sockets.add(request.socket);
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = `${request.url} ${Buffer.concat(parts).toString()}`;
      response.setHeader('content-length', body.length);
      // In two pieces, as a network may do it.
      response.write(body.slice(0, 3));
      setImmediate(() => response.end(body.slice(3)));
    });
    const client = connectHttp(await listening(server), 3);
    onTestFinished(() => client.close());
    const bodies = Array.from({ length: 50 }, (_, number) => `"${number}"`);
    const answers = await Promise.all(bodies.map((body) => client.post('/path', body)));
    expect(answers).toEqual(bodies.map((body) => `/path ${body}`));
    expect(sockets.size).toBe(3);
  });

  test('takes no other status for an answer, nor the end of a connection', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/gone') request.socket.destroy();
      else response.writeHead(500, { 'content-length': 4 }).end('oops');
    });
    const client = connectHttp(await listening(server), 1);
    onTestFinished(() => client.close());
    await expect(client.post('/', '{}')).rejects.toThrow('oops');
    await expect(client.post('/gone', '{}')).rejects.toThrow('closed a connection');
  });
});

const prefixed = (text: string): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(text.length, 1);
  return Buffer.concat([head, Buffer.from(text)]);
};

describe('the gRPC client of the bench', () => {
  test('is understood by the HTTP/2 of Node, and gives each call its own answer or none', async () => {
    const server = createHttp2Server();
    server.on('session', (session) => session.once('close', () => server.close()));
    server.on('stream', async (stream, headers) => {
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part as Buffer);
      const said = Buffer.concat(parts).subarray(5).toString();
      if (said === '7') {
        stream.respond({ ':status': 200, 'grpc-status': '16' }, { endStream: true });
        return;
      }
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(prefixed(`${headers[':path']} ${headers.authorization} ${said}`));
    });
    const client = connectGrpc({ port: await listening(server), method: '/a.B/C', connections: 2 });
    onTestFinished(() => client.close());
    const numbers = Array.from({ length: 60 }, (_, number) => String(number));
    const answers = await Promise.all(numbers.map((number) => client.call('who', Buffer.from(number))));
    expect(answers.map((answer) => answer?.toString())).toEqual(
      numbers.map((number) => (number === '7' ? undefined : `/a.B/C Bearer who ${number}`)),
    );
  });

  test('calls fail when the server goes', async () => {
    const server = createHttp2Server();
    server.on('stream', (stream) => stream.session?.destroy());
    const client = connectGrpc({ port: await listening(server), method: '/a.B/C', connections: 1 });
    onTestFinished(() => client.close());
    await expect(client.call('who', Buffer.from('x'))).rejects.toThrow('the server');
    await expect(client.call('who', Buffer.from('x'))).rejects.toThrow('the server');
  });
});

describe('messages', () => {
  test('fields are written as the encoding of protocol buffers has it', () => {
    const hex = (bytes: Buffer): string => bytes.toString('hex');
    expect(hex(textField(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(integerField(1, 150))).toBe('089601');
    expect(hex(integerField(6, 86_400_000))).toBe('3080b89929');
    expect(hex(doubleField(3, 1))).toBe('19000000000000f03f');
    expect(hex(bytesField(1, message(integerField(1, 1), textField(2, ''))))).toBe('0a0408011200');
    expect(textField(8, 'x'.repeat(300)).subarray(0, 3).toString('hex')).toBe('42ac02');
  });

  test('only a new acknowledgement is what a signal wants', () => {
    const id = textField(3, 'e-1'.repeat(60));
    expect(refusalOf(bytesField(1, message(integerField(1, 1), textField(3, 'e-1'))))).toBeUndefined();
    expect(refusalOf(bytesField(1, message(integerField(1, 1), id)))).toBeUndefined();
    expect(refusalOf(bytesField(1, message(integerField(1, 1), integerField(2, 1), id)))).toBe('DUPLICATE');
    expect(refusalOf(bytesField(1, message(id, bytesField(7, textField(1, 'SESSION_NOT_OPEN')))))).toBe(
      'SESSION_NOT_OPEN',
    );
    expect(refusalOf(undefined)).toBe('NO_ACKNOWLEDGEMENT');
  });
});
