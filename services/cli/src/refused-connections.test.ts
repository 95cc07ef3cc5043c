import { tmpdir } from 'node:os';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLine } from './testing/run-line.ts';

/** Credentials that may say everything and hear nothing. */
const configuration = `
authorization { users: [{ user: deaf, password: deaf, permissions: { publish: ">", subscribe: { deny: ">" } } }] }
`;

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats({ own: true, configuration });
});
afterAll(() => nats.stop());

const run = (line: readonly string[], url: string) => runLine([...line, '--nats', url], { folder: tmpdir() });

it.each([
  ['a request', ['policy', 'list'], 'may not subscribe to replies'],
  ['what is stored', ['verdict', 'list'], 'may not subscribe to replies'],
  ['health', ['health'], 'health cannot be asked for'],
  ['the feed', ['watch'], 'cannot be followed'],
])('%s is unavailable to those who may not listen, and the reason is said', async (_case, line, reason) => {
  const { exit, err } = await run(line, nats.url.replace('//', '//deaf:deaf@'));
  expect([exit, err]).toEqual([3, expect.stringContaining(reason)]);
  expect(err).not.toMatch(/^\s+at /m);
});

it('a server without TLS is none to those who ask for it', async () => {
  const { exit, err } = await run(['policy', 'list'], nats.url.replace('nats:', 'tls:'));
  expect([exit, err]).toEqual([3, expect.stringContaining("server does not support 'tls'")]);
});
