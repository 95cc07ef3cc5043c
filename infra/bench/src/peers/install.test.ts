import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { installProgram, notesOf, runTool } from './install.ts';

const setUp = async () => {
  const cache = await mkdtemp(join(tmpdir(), 'edict-peers-'));
  onTestFinished(() => rm(cache, { recursive: true }));
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  return { cache, said, say };
};

describe('installing a peer', () => {
  test('builds a version once', async () => {
    const { cache, say } = await setUp();
    let builds = 0;
    const build = async (folder: string): Promise<void> => {
      builds += 1;
      await mkdir(join(folder, 'bin'), { recursive: true });
      await writeFile(join(folder, 'bin', 'peer'), '');
      await chmod(join(folder, 'bin', 'peer'), 0o755);
    };
    const first = await installProgram({ name: 'peer', version: '1', build }, say, cache);
    const again = await installProgram({ name: 'peer', version: '1', build }, say, cache);
    expect(first).toEqual({ program: join(cache, 'peer-1', 'bin', 'peer') });
    expect(again).toEqual(first);
    expect(builds).toBe(1);
    expect(notesOf(again, 'measured')).toEqual(['measured']);
    await installProgram({ name: 'peer', version: '2', build }, say, cache);
    expect(builds).toBe(2);
    await access(join(cache, 'peer-2', 'bin', 'peer'));
  });

  test('a missing tool chain leaves the peer out and names the command', async () => {
    const { cache, said, say } = await setUp();
    const build = async (): Promise<void> => void (await runTool('no-such-tool', ['install', 'peer']));
    const installed = await installProgram({ name: 'peer', version: '1', build }, say, cache);
    const note = 'peer 1 is left out: no-such-tool is not in PATH, and `no-such-tool install peer` is needed';
    expect(notesOf(installed, 'measured')).toEqual([note]);
    expect(said.at(-1)).toContain(note);
  });

  test('a tool that fails says why', async () => {
    const failing = ['-e', 'console.error("warning: dull\\nerror: no such version"); process.exit(1)'];
    await expect(runTool(process.execPath, failing)).rejects.toThrow('failed: error: no such version');
  });
});
