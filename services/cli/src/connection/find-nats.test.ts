import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNats, type NatsSearch } from './find-nats.ts';
import { writeState } from './state-file.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'edict-state-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const running = (pid: number, port: number) =>
  writeState(stateDir, {
    pid,
    url: `nats://127.0.0.1:${port}`,
    data: `/data/${pid}`,
    started: `2026-11-21T09:00:0${pid}.000Z`,
  });

const search = (answering: readonly number[], alive: readonly number[] = []): NatsSearch => ({
  flag: undefined,
  environment: undefined,
  stateDir,
  answers: async (url) => answering.some((port) => url.endsWith(`:${port}`)),
  isAlive: (pid) => alive.includes(pid),
});

describe('findNats', () => {
  it('takes the flag before the environment, and the environment before what runs', async () => {
    running(1, 4222);
    expect(await findNats({ ...search([4222]), flag: 'nats://a:1', environment: 'nats://b:2' })).toBe(
      'nats://a:1',
    );
    expect(await findNats({ ...search([4222]), environment: 'nats://b:2' })).toBe('nats://b:2');
    expect(await findNats(search([4222]))).toBe('nats://127.0.0.1:4222');
  });

  it('counts only what answers, and forgets a dead process that does not', async () => {
    running(1, 4222);
    running(2, 4223);
    running(3, 4224);
    expect(await findNats(search([4223], [3]))).toBe('nats://127.0.0.1:4223');
    expect(readdirSync(stateDir).sort()).toEqual(['up-2.json', 'up-3.json']);
  });

  it('counts a server once, however many files name it', async () => {
    running(1, 4222);
    running(2, 4222);
    expect(await findNats(search([4222]))).toBe('nats://127.0.0.1:4222');
  });

  it('ends with 2 and lists them when several answer', async () => {
    running(1, 4222);
    running(2, 4223);
    const ending = await findNats(search([4222, 4223])).catch((stop: unknown) => stop);
    expect(ending).toMatchObject({
      exit: 2,
      details: {
        advice: [
          '--nats nats://127.0.0.1:4222   (pid 1, data in /data/1)',
          '--nats nats://127.0.0.1:4223   (pid 2, data in /data/2)',
        ],
      },
    });
  });

  it('ends with 3 and says how to start one when none answers', async () => {
    const ending = await findNats(search([])).catch((stop: unknown) => stop);
    expect(ending).toMatchObject({
      exit: 3,
      details: { advice: [expect.stringContaining('npx edict up'), expect.any(String)] },
    });
  });

  it('leaves alone what it cannot read', async () => {
    writeFileSync(join(stateDir, 'up-9.json'), 'no json');
    writeFileSync(join(stateDir, 'other.txt'), 'hello');
    await expect(findNats(search([4222]))).rejects.toMatchObject({ exit: 3 });
    expect(readdirSync(stateDir)).toHaveLength(2);
  });

  it('takes its own file away when asked', () => {
    const remove = running(1, 4222);
    remove();
    expect(readdirSync(stateDir)).toEqual([]);
  });
});
