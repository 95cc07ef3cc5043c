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

it.each([
  ['a request', ['policy', 'list'], 'may not subscribe to replies'],
  ['what is stored', ['verdict', 'list'], 'may not subscribe to replies'],
  ['health', ['health'], 'health cannot be asked for'],
  ['the feed', ['watch'], 'cannot be followed'],
])('%s is unavailable to those who may not listen, and the reason is said', async (_case, line, reason) => {
  let err = '';
  const exit = await runCli([...line, '--nats', nats.url.replace('//', '//deaf:deaf@')], VERBS, {
    config: { natsUrl: undefined, stateDir: tmpdir(), dataDir: tmpdir(), noColor: true },
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
  expect([exit, err]).toEqual([3, expect.stringContaining(reason)]);
  expect(err).not.toMatch(/^\s+at /m);
});
