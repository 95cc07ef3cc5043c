import { Fault } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { duration, readSettings, wholeNumber } from './config.ts';
import { createLogger } from './logger.ts';
import { runService, type ServiceRun } from './run-service.ts';
import { createShutdown } from './shutdown.ts';

const lines = () => {
  const written: string[] = [];
  return { written, write: (line: string) => void written.push(line), now: () => Date.UTC(2026, 10, 21, 9) };
};

describe('settings', () => {
  const schema = z.object({ PORT: wholeNumber(1), AGE: duration().default(7), NAME: z.string() });

  it('are read from the environment, empty ones counting as absent, and frozen', () => {
    const settings = readSettings(schema, { PORT: '4222', AGE: '', NAME: 'a', OTHER: 'x' });
    expect(settings).toEqual({ PORT: 4222, AGE: 7, NAME: 'a' });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(readSettings(schema, { PORT: '1', AGE: '30s', NAME: 'a' }).AGE).toBe(30_000);
  });

  it('are refused with every problem at once: name, value and what is allowed', () => {
    const failure = (() => {
      try {
        return readSettings(schema, { PORT: '0', AGE: 'soon' });
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID' });
    const text = String(failure);
    expect(text).toContain('PORT is "0": must be a whole number of at least 1');
    expect(text).toContain('AGE is "soon": must be a duration such as');
    expect(text).toContain('NAME is missing');
  });
});

describe('the log', () => {
  it('writes one JSON object per line with its fixed fields, errors by code and message', () => {
    const out = lines();
    const log = createLogger({ level: 'info', format: 'json', ...out }).with({ service: 'enforcer' });
    log.warn('journal\nstopped', { error: new Fault('JOURNAL_BROKEN', 'gap'), count: 2n });
    log.debug('not shown');
    expect(out.written.map((line) => JSON.parse(line))).toEqual([
      {
        at: '2026-11-21T09:00:00.000Z',
        level: 'warn',
        message: 'journal\nstopped',
        service: 'enforcer',
        error: { code: 'JOURNAL_BROKEN', message: 'gap' },
        count: '2',
      },
    ]);
    expect(out.written[0]).not.toContain('\n');
  });

  it('writes a line for people that stays one line', () => {
    const out = lines();
    createLogger({ level: 'debug', format: 'human', ...out }).info('two\nlines', { ws: 'a b', n: 1 });
    expect(out.written).toEqual(['09:00:00.000 info  two lines ws="a b" n=1']);
  });
});

describe('shutting down', () => {
  const log = createLogger({ level: 'error', format: 'json', ...lines() });

  it('ends what was started last first, once, and goes on after one that fails', async () => {
    const ended: string[] = [];
    const shutdown = createShutdown({ log });
    shutdown.add('nats', () => void ended.push('nats'));
    shutdown.add('broken', () => Promise.reject(new Error('no')));
    shutdown.add('service', async () => void ended.push('service'));
    expect(await Promise.all([shutdown.run(), shutdown.run()])).toEqual([false, false]);
    expect(ended).toEqual(['service', 'nats']);
  });

  it('leaves what does not end in time', async () => {
    const ended: string[] = [];
    const shutdown = createShutdown({ log, timeoutMs: 20 });
    shutdown.add('last', () => void ended.push('last'));
    shutdown.add('stuck', () => new Promise(() => {}));
    expect(await shutdown.run()).toBe(false);
    expect(ended).toEqual(['last']);
  });

  it('ends at once what a start adds when all else has ended', async () => {
    const ended: string[] = [];
    const shutdown = createShutdown({ log });
    await shutdown.run();
    shutdown.add('late', () => void ended.push('late'));
    expect(ended).toEqual(['late']);
  });
});

describe('running a service', () => {
  const fakeProcess = (env: Record<string, string> = {}) => {
    const listeners = new Map<string, () => void>();
    const out = lines();
    let exited = (_: number): void => {};
    const exit = new Promise<number>((resolve) => (exited = resolve));
    const host = {
      env,
      on: (signal: string, listener: () => void) => void listeners.set(signal, listener),
      exit: (code: number) => exited(code),
      writeLine: out.write,
    };
    return { host, written: out.written, exit, send: (signal: string) => listeners.get(signal)?.() };
  };
  const Own = z.object({ SIZE: wholeNumber().default(3) });

  it('starts it with its settings and ends it in order on a signal', async () => {
    const fake = fakeProcess({ SIZE: '5', EDICT_LOG_FORMAT: 'human' });
    const ended: string[] = [];
    let context: ServiceRun<{ SIZE: number }> | undefined;
    await runService(
      'enforcer',
      Own,
      async (given) => {
        context = given;
        given.shutdown.add('host', () => void ended.push('host'));
      },
      fake.host,
    );
    expect(context?.settings).toMatchObject({ SIZE: 5, EDICT_NATS_URL: 'nats://127.0.0.1:4222' });
    fake.send('SIGTERM');
    expect(await fake.exit).toBe(0);
    expect(ended).toEqual(['host']);
    expect(fake.written.join('\n')).toMatch(/started.*service=enforcer/);
  });

  it('exits 3 at once on a second signal', async () => {
    const fake = fakeProcess();
    await runService(
      'enforcer',
      Own,
      async ({ shutdown }) => shutdown.add('stuck', () => new Promise(() => {})),
      fake.host,
    );
    fake.send('SIGINT');
    fake.send('SIGINT');
    expect(await fake.exit).toBe(3);
  });

  it('exits 2 and lists the problems when settings are bad, its own and those of every service', async () => {
    const fake = fakeProcess({ SIZE: 'many', EDICT_LOG_LEVEL: 'loud' });
    await runService('enforcer', Own, async () => {}, fake.host);
    expect(await fake.exit).toBe(2);
    expect(fake.written.join()).toContain('SIZE is "many"');
    expect(fake.written.join()).toContain('EDICT_LOG_LEVEL is "loud"');
  });

  it('exits 3 with the fault when it cannot start', async () => {
    const fake = fakeProcess();
    const start = () => Promise.reject(new Fault('UNAVAILABLE', 'no NATS at nats://x'));
    await runService('enforcer', Own, start, fake.host);
    expect(await fake.exit).toBe(3);
    expect(JSON.parse(fake.written[0] ?? '')).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'no NATS at nats://x',
    });
  });

  it('ends what had started when it cannot go on', async () => {
    const fake = fakeProcess();
    const ended: string[] = [];
    const start = async ({ shutdown }: ServiceRun<{ SIZE: number }>) => {
      shutdown.add('connections', () => void ended.push('connections'));
      throw new Fault('UNAVAILABLE', 'the policies cannot be read');
    };
    await runService('enforcer', Own, start, fake.host);
    expect([await fake.exit, ended]).toEqual([3, ['connections']]);
  });
});
