import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '@edict/nats';

/** A program that is there, or why it is not. */
export type Installed = { readonly program: string } | { readonly missing: string };

/** What a reader of a table has to know of a program that was measured; else why it was not. */
export const notesOf = (installed: Installed, ...measured: readonly string[]): readonly string[] =>
  'missing' in installed ? [installed.missing] : measured;

/** The cache: nothing of a peer comes into the workspace. */
export const peersFolder = (): string => join(dirname(cacheFolder(process.env)), 'bench-peers');

export interface Program {
  readonly name: string;
  readonly version: string;
  /** Builds it into the folder, as `bin/<name>`. */
  readonly build: (folder: string) => Promise<void>;
}

/** Has the tool chain of a peer build it, unless that version is there already; a bench goes on without it. */
export const installProgram = async (
  { name, version, build }: Program,
  say: (line: string) => void,
  cache = peersFolder(),
): Promise<Installed> => {
  const folder = join(cache, `${name}-${version}`);
  const program = join(folder, 'bin', name);
  try {
    if (!(await isProgram(program))) {
      say(`    building ${name} ${version} in ${folder}`);
      await build(folder);
    }
    return { program };
  } catch (error) {
    const missing = `${name} ${version} is left out: ${error instanceof Error ? error.message : String(error)}`;
    say(`    ${missing}`);
    return { missing };
  }
};

/** Puts packages of the registry beside each other into the folder. */
export const installPackages = async (folder: string, packages: readonly string[]): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await promisify(execFile)(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', ...packages],
    { cwd: folder },
  );
};

/** Runs a tool to its end and gives what it printed; what it throws says which command was needed. */
export const runTool = async (
  tool: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> => {
  try {
    const env = { ...process.env, ...settings };
    return (await promisify(execFile)(tool, [...args], { env, maxBuffer: 1 << 26 })).stdout.trim();
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string };
    const command = [tool, ...args].join(' ');
    if (code === 'ENOENT') throw new Error(`${tool} is not in PATH, and \`${command}\` is needed`);
    const said = stderr
      .split('\n')
      .filter((line) => /error/i.test(line))
      .slice(0, 3)
      .join(' ');
    throw new Error(`\`${command}\` failed: ${said || stderr.trim().slice(-300)}`);
  }
};

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
