import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureDependencies } from './dependencies.js';

let parent: string;
let root: string;
let clones = 0;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'edict-setup-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));
beforeEach(async () => {
  root = join(parent, `clone-${clones++}`);
  await mkdir(join(root, 'node_modules'), { recursive: true });
});

const zod = { version: '4.6.7', integrity: 'sha512-a' };
const packages = {
  '': { name: 'edict' },
  'libs/core': { version: '0.1.0' },
  'node_modules/zod': zod,
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
};
const write = (file: string, content: unknown) => writeFile(join(root, file), JSON.stringify(content));

const installs = async (): Promise<number> => {
  let count = 0;
  await ensureDependencies(
    root,
    () => {},
    () => count++,
  );
  return count;
};

describe('the packages of a clone', () => {
  it('are installed when there are none, and then not again', async () => {
    await write('package-lock.json', { packages });
    expect(await installs()).toBe(1);
    expect(await installs()).toBe(0);
  });

  it('are installed again when the lock file has changed', async () => {
    await write('package-lock.json', { packages });
    await installs();
    await write('package-lock.json', {
      packages: { ...packages, 'node_modules/zod': { ...zod, version: '4.6.8' } },
    });
    expect(await installs()).toBe(1);
  });

  it('are left alone when npm has already installed what the lock file says, optional ones aside', async () => {
    await write('package-lock.json', { packages });
    await write('node_modules/.package-lock.json', { packages: { 'node_modules/zod': zod } });
    expect(await installs()).toBe(0);
  });

  it('are installed when one is there in another version', async () => {
    await write('package-lock.json', { packages });
    await write('node_modules/.package-lock.json', {
      packages: { 'node_modules/zod': { ...zod, integrity: 'sha512-other' } },
    });
    expect(await installs()).toBe(1);
  });

  it('count as missing after an installation that failed', async () => {
    await write('package-lock.json', { packages });
    const failing = () => {
      throw new Error('no network');
    };
    await expect(ensureDependencies(root, () => {}, failing)).rejects.toThrow('no network');
    expect(await installs()).toBe(1);
  });
});
