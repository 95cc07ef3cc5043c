import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running `edict up` tells the other verbs about itself. */
export interface UpState {
  readonly pid: number;
  readonly url: string;
  readonly data: string;
  /** ISO time. */
  readonly started: string;
}

/** Leaves a file about this process; the returned function takes it away again. */
export const writeState = (stateDir: string, state: UpState): (() => void) => {
  mkdirSync(stateDir, { recursive: true });
  const file = stateFile(stateDir, state.pid);
  writeFileSync(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
};

/** Every file that can be read as one, oldest process first; others are left alone. */
export const readStates = (stateDir: string): readonly UpState[] => {
  let names: string[];
  try {
    names = readdirSync(stateDir);
  } catch {
    return [];
  }
  return names
    .filter((name) => /^up-\d+\.json$/.test(name))
    .flatMap((name) => readState(join(stateDir, name)))
    .sort((a, b) => a.started.localeCompare(b.started));
};

export const removeState = (stateDir: string, pid: number): void =>
  rmSync(stateFile(stateDir, pid), { force: true });

const stateFile = (stateDir: string, pid: number): string => join(stateDir, `up-${pid}.json`);

const readState = (file: string): UpState[] => {
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isUpState(state) ? [state] : [];
  } catch {
    return [];
  }
};

const isUpState = (state: unknown): state is UpState =>
  typeof state === 'object' &&
  state !== null &&
  typeof (state as UpState).pid === 'number' &&
  ['url', 'data', 'started'].every((field) => typeof (state as Record<string, unknown>)[field] === 'string');
