import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { answersAsNats, hostAndPort } from './probe.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

const serverThatSays = async (words: string): Promise<string> => {
  server = createServer((socket) => socket.end(words));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
};

describe('answersAsNats', () => {
  it('knows a NATS server by its greeting', async () => {
    expect(await answersAsNats(await serverThatSays('INFO {"server_id":"x"}\r\n'))).toBe(true);
  });

  it.each([['SSH-2.0-OpenSSH'], ['']])('is not taken in by a server that says %j', async (words) => {
    expect(await answersAsNats(await serverThatSays(words))).toBe(false);
  });

  it('gets no answer where nothing listens', async () => {
    const place = await serverThatSays('');
    server?.close();
    expect(await answersAsNats(place)).toBe(false);
  });
});

describe('hostAndPort', () => {
  it.each([
    ['nats://127.0.0.1:4223', { host: '127.0.0.1', port: 4223 }],
    ['localhost', { host: 'localhost', port: 4222 }],
    ['nats://user:secret@host:1', { host: 'host', port: 1 }],
    ['nats://[::1]:4222', { host: '::1', port: 4222 }],
    ['nats://', undefined],
  ])('reads %s', (url, place) => {
    expect(hostAndPort(url)).toEqual(place);
  });
});
