import { tmpdir } from 'node:os';
import { startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from './cli.ts';
import { VERBS } from './verbs.ts';

/** Credentials that may say everything and hear nothing. */
const configuration = `
authorization { users: [{ user: deaf, password: deaf, permissions: { publish: ">", subscribe: { deny: ">" } } }] }
`;

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats({ own: true, configuration });
});
afterAll(() => nats.stop());

const run = async (line: readonly string[], url: string) => {
  let err = '';
  const exit = await runCli([...line, '--nats', url], VERBS, {
    config: { natsUrl: undefined, stateDir: tmpdir(), dataDir: tmpdir(), noColor: true, services: {} },
    streams: {
      out: () => undefined,
      err: (words) => {
        err += words;
      },
      coloured: false,
    },
    readStdin: async () => '',
    now: Date.now,
    interrupted: new AbortController().signal,
  });
  return { exit, err };
};

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
