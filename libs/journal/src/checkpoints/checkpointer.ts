import { Fault } from '@edict/contracts';
import type { Clock } from '../clock.ts';
import type { Checkpointing } from '../host-options.ts';
import type { Journal } from '../journal.ts';
import type { CheckpointCommand } from './checkpoint-command.ts';
import { checkpointAt } from './load-checkpoint.ts';
import type { Captured } from './snapshot-frames.ts';
import { readSnapshot, writeSnapshot } from './take-checkpoint.ts';

/** Takes a checkpoint whenever enough was committed since the last one. */
export interface Checkpointer {
  /** Begins or ends looking: the owner of a journal takes its checkpoints. */
  setActive(active: boolean): void;
  /** A last checkpoint when it is worth one, within that many milliseconds. */
  finish(timeoutMs: number): Promise<void>;
}

export interface CheckpointerOptions extends Checkpointing {
  readonly journal: Journal;
  readonly format: string;
  /** An id that no other snapshot has, for one of the state after a revision. */
  readonly newId: (revision: number) => string;
  readonly clock: Clock;
  /** How much was committed so far. */
  readonly taken: () => Taken;
  /** Captures the state between two commits. */
  readonly capture: () => Promise<Captured>;
  /** Appends the checkpoint; gives the revision of its commit. */
  readonly append: (command: CheckpointCommand) => Promise<number>;
  /** Lets go of what nobody needs below the checkpoints that are kept; absent: everything stays. */
  readonly retain?: (kept: readonly CheckpointCommand[], captured: Captured) => Promise<unknown>;
}

/** How much a journal holds, or a part of it. */
export interface Taken {
  readonly commits: number;
  /** Recorded commands: what a new owner has to read again takes time by their number. */
  readonly entries: number;
  readonly bytes: number;
}

const NOTHING: Taken = { commits: 0, entries: 0, bytes: 0 };
const COMMITS = 20_000;
const ENTRIES = 20_000;
const BYTES = 64 * 1024 * 1024;
/**
 * A snapshot that took its owner so long has to be worth so many commands more: what it took, and to read it back takes,
 * stays about a tenth of what they take.
 */
const ENTRIES_PER_BUSY_MS = 1_000;
const LOOK_MS = 250;
/** What did not work is not tried again at once: writing a large state for nothing costs others their time. */
const RETRY_MS = 60_000;
/** At an orderly end a twentieth is worth it: the next owner begins there. */
const SHARE_AT_END = 1 / 20;
/** The newest, and one to fall back to. */
const KEPT = 2;

export const createCheckpointer = (options: CheckpointerOptions): Checkpointer => {
  const { journal, clock, taken, onProblem, retain } = options;
  const { commits = COMMITS, entries = ENTRIES, bytes = BYTES } = options;
  let last = NOTHING;
  /** What the latest snapshot took its owner. */
  let busyMs = 0;
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;

  const isWorth = (share: number): boolean => {
    const now = taken();
    return (
      now.commits - last.commits >= commits * share ||
      now.entries - last.entries >= Math.max(entries, busyMs * ENTRIES_PER_BUSY_MS) * share ||
      now.bytes - last.bytes >= bytes * share
    );
  };
  const takeOne = async (): Promise<void> => {
    const before = last;
    const problem = (what: string, error: unknown): void =>
      onProblem?.(journal.name, `${what}: ${error instanceof Error ? error.message : error}`);
    try {
      const { kept, captured, ...took } = await takeCheckpoint(options, () => {
        last = taken();
      });
      busyMs = took.busyMs;
      // What was not purged now goes after the next checkpoint.
      await retain?.(kept, captured).catch((error) => problem('nothing could be purged', error));
    } catch (error) {
      last = before;
      notBefore = clock.monotonic() + RETRY_MS;
      problem('no checkpoint could be taken', error);
    }
  };
  const take = (): Promise<void> => {
    running ??= takeOne().finally(() => {
      running = undefined;
    });
    return running;
  };
  const look = (): void => {
    cancel = clock.after(LOOK_MS, look);
    if (running === undefined && clock.monotonic() >= notBefore && isWorth(1)) void take();
  };
  return {
    setActive: (active) => {
      if (active && cancel === undefined) look();
      if (active) return;
      cancel?.();
      cancel = undefined;
    },
    finish: async (timeoutMs) => {
      const owner = cancel !== undefined;
      cancel?.();
      cancel = undefined;
      const ending = running ?? (owner && isWorth(SHARE_AT_END) ? take() : undefined);
      if (ending === undefined) return;
      await Promise.race([ending, new Promise<void>((resolve) => clock.after(timeoutMs, resolve))]);
    },
  };
};

/** Captures, writes, commits, seals, reads back; only then are older snapshots let go. */
const takeCheckpoint = async (
  options: CheckpointerOptions,
  onCaptured: () => void,
): Promise<{
  readonly kept: readonly CheckpointCommand[];
  readonly captured: Captured;
  readonly busyMs: number;
}> => {
  const { journal: port, clock, snapshots, format, newId, capture, append, onTaken } = options;
  const journal = port.name;
  const captured = await capture();
  onCaptured();
  const { command, busyMs } = await writeSnapshot(snapshots, { journal, clock }, captured, {
    id: newId(captured.head.revision),
    format,
  });
  const checkpoint = await append(command);
  await snapshots.seal(journal, { id: command.snapshot, checkpoint });
  if ((await readSnapshot(snapshots, journal, command)) === undefined) {
    throw new Fault(
      'SNAPSHOT_UNREADABLE',
      `snapshot ${command.snapshot} cannot be read back as it was written`,
    );
  }
  const kept = await keepNewest(options, command);
  onTaken?.({ journal, revision: captured.head.revision, at: captured.lastAt });
  return { kept, captured, busyMs };
};

/**
 * Lets go of all but the newest that can be read back, once there are enough of them: what was damaged since it was
 * taken does not count. The one just taken was read back.
 */
const keepNewest = async (
  { journal, snapshots }: CheckpointerOptions,
  taken: CheckpointCommand,
): Promise<readonly CheckpointCommand[]> => {
  const isGood = async (command: CheckpointCommand): Promise<boolean> =>
    command.snapshot === taken.snapshot ||
    (await readSnapshot(snapshots, journal.name, command)) !== undefined;
  const good: CheckpointCommand[] = [];
  for (const { id, checkpoint } of await snapshots.sealed(journal.name)) {
    const command = await checkpointAt(journal, checkpoint, id);
    if (command === undefined || !(await isGood(command))) continue;
    good.push(command);
    if (good.length < KEPT) continue;
    const ids = good.map(({ snapshot }) => snapshot);
    await snapshots.keepOnly(journal.name, ids);
    return good;
  }
  return good;
};
