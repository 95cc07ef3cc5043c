import { tmpdir } from 'node:os';
import { cuttableLink, startTestNats, type TestNats } from '@edict/nats/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLine } from './testing/run-line.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

it('watch says when the connection is lost and when it is back, and ends as it was told', async () => {
  const link = await cuttableLink(nats.url);
  const interruption = new AbortController();
  let err = '';
  const ended = runLine(['watch', '--nats', link.url], {
    folder: tmpdir(),
    interrupted: interruption.signal,
    onErr: (words) => {
      err += words;
    },
  });
  await expect.poll(() => err, { timeout: 10_000 }).toContain('watching every type');
  link.cut();
  await expect.poll(() => err, { timeout: 10_000 }).toContain('the connection is lost\n');
  link.mend();
  await expect.poll(() => err, { timeout: 10_000 }).toMatch(/the connection is back.*\n$/);
  interruption.abort('SIGINT');
  expect(await ended).toMatchObject({ exit: 0 });
  expect(err).toMatch(/the connection is back.*\n$/);
  await link.close();
});
