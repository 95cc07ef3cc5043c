import { userInfo } from 'node:os';
import type { VerbOption } from '../verb.ts';

export const ENFORCEMENTS = ['enforce', 'warn', 'audit', 'off'] as const;

/** The flags of every write: who and why. */
export const WRITE_OPTIONS: readonly VerbOption[] = [
  { flags: '--reason <text>', help: 'why; kept with the change' },
  { flags: '--actor <name>', help: 'who; kept with the change (default: you)' },
];

export interface WriteFlags {
  readonly reason?: string;
  readonly actor?: string;
}

/** Who writes and why; without `--actor` it is whoever runs the command. */
export const attribution = ({ reason, actor }: WriteFlags): { actor: string; reason?: string } => ({
  actor: actor ?? whoRuns(),
  ...(reason !== undefined && { reason }),
});

const whoRuns = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
};
