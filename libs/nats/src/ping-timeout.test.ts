import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { connectStore } from './connections.ts';
import { findServer } from './launcher/find-server.js';
import { readPingTimeout } from './ping-timeout.ts';

/** A server of somebody else: its settings are not ours. */
const foreignServer = async (settings: readonly string[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'edict-foreign-'));
  const config = join(folder, 'server.conf');
  await writeFile(config, ['listen: "127.0.0.1:-1"', ...settings].join('\n'));
  const { binary } = await findServer({ env: process.env });
  const server = spawn(binary, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  for await (const line of createInterface({ input: server.stderr })) {
    const port = /client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error('the server ended before it listened');
};

const timeoutOf = async (url: string): Promise<number | undefined> => {
  const store = await connectStore({ url, name: 'ping test' });
  onTestFinished(() => store.close());
  return readPingTimeout(store);
};

test('a server whose account may see its settings tells how long a frozen client stays', async () => {
  const port = await foreignServer([
    'ping_interval: "7s"',
    'ping_max: 3',
    'system_account: SYS',
    'accounts {',
    '  SYS { users: [{user: sys, password: sys}], exports: [{service: "$SYS.REQ.SERVER.PING.VARZ"}] }',
    '  APP { users: [{user: app, password: app}],',
    '    imports: [{service: {account: SYS, subject: "$SYS.REQ.SERVER.PING.VARZ"}}] }',
    '}',
  ]);
  expect(await timeoutOf(`nats://app:app@127.0.0.1:${port}`)).toBe(28_000);
});

test('a server that does not tell is no fault', async () => {
  expect(await timeoutOf(`nats://127.0.0.1:${await foreignServer([])}`)).toBeUndefined();
});
