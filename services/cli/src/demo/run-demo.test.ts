import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startDeployment } from '../up/start-deployment.ts';
import { runDemo } from './run-demo.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'edict-state-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const run = async (argv: readonly string[]) => {
  let [out, err] = ['', ''];
  const exit = await runDemo(argv, {
    start: startDeployment,
    stateDir,
    streams: {
      out: (words) => {
        out += words;
      },
      err: (words) => {
        err += words;
      },
      coloured: false,
    },
    interrupted: new AbortController().signal,
  });
  return { exit, out, err };
};

it('every step of the scenario comes as expected, on the real bus', async () => {
  const { exit, out, err } = await run(['--once', '--json']);
  const told = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(
    told.filter(({ ok }) => ok === false),
    err,
  ).toEqual([]);
  expect(told.at(-1)).toMatchObject({ failed: 0 });
  expect(exit).toBe(0);
  expect(readdirSync(stateDir)).toEqual([]);
}, 60_000);

it('ends with 2 for a flag that it does not know', async () => {
  const { exit, err } = await run(['--twice']);
  expect([exit, err]).toEqual([2, expect.stringContaining('--twice')]);
});

it('ends with 3 when the NATS it is told to use does not answer', async () => {
  expect((await run(['--once', '--nats', 'nats://127.0.0.1:9'])).exit).toBe(3);
}, 30_000);
