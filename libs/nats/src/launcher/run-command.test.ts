import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const runModule = JSON.stringify(new URL('./run-command.js', import.meta.url).href);

/** Runs a script that uses `run`, and answers what it printed once the whole process has ended. */
const outcome = async (call: string): Promise<unknown> => {
  const script = `import { run } from ${runModule}; console.log(JSON.stringify(await run(${call})));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await once(child, 'close');
  return JSON.parse(printed);
};

describe('running a command', () => {
  it('that does not exist ends at once and keeps nothing waiting', async () => {
    expect(await outcome(`'edict-no-such-command', []`)).toMatchObject({
      output: expect.stringContaining('ENOENT'),
    });
  });

  it('gives its exit and everything it said', async () => {
    expect(await outcome(`'sh', ['-c', 'echo out; echo err >&2; exit 7']`)).toEqual({
      code: 7,
      output: expect.stringMatching(/^(out\nerr|err\nout)$/),
    });
  });

  it('that takes too long is ended', async () => {
    expect(await outcome(`'sleep', ['600'], { timeoutMs: 50 }`)).toEqual({ output: '' });
  });
});
