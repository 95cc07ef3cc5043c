import { createHash } from 'node:crypto';
import type { JournalName } from '@edict/contracts';
import type { Clock } from '../clock.ts';
import { turnEnd } from '../turn.ts';
import type { CheckpointCommand } from './checkpoint-command.ts';
import { type Captured, tellFrames } from './snapshot-frames.ts';
import type { Snapshots } from './snapshots.ts';

export interface WrittenSnapshot {
  /** The command that names it. */
  readonly command: CheckpointCommand;
  /** Milliseconds that its owner was busy with it, and did nothing else. */
  readonly busyMs: number;
}

/** Writes what was captured, frame by frame. Between frames others have their turn. */
export const writeSnapshot = async (
  snapshots: Snapshots,
  { journal, clock }: { readonly journal: JournalName; readonly clock: Clock },
  captured: Captured,
  { id, format }: { readonly id: string; readonly format: string },
): Promise<WrittenSnapshot> => {
  const hash = createHash('sha256');
  const told = tellFrames(captured);
  let frames = 0;
  let bytes = 0;
  let busyMs = 0;
  for (;;) {
    const began = clock.monotonic();
    const { value: frame } = told.next();
    if (frame === undefined) break;
    hash.update(frame);
    busyMs += clock.monotonic() - began;
    frames += 1;
    bytes += frame.byteLength;
    await snapshots.append(journal, id, frame);
    await turnEnd();
  }
  const { revision, hash: head } = captured.head;
  const said = { snapshot: id, format, revision, head };
  const command = {
    kind: 'checkpoint',
    ...said,
    hash: `sha256:${hash.digest('hex')}`,
    frames,
    bytes,
  } as const;
  return { command, busyMs };
};

/** The frames of a snapshot, when they are all there and are those that the checkpoint names. */
export const readSnapshot = async (
  snapshots: Snapshots,
  journal: JournalName,
  { snapshot, hash: wanted }: CheckpointCommand,
): Promise<readonly Uint8Array[] | undefined> => {
  const hash = createHash('sha256');
  const frames: Uint8Array[] = [];
  for await (const frame of snapshots.read(journal, snapshot)) {
    hash.update(frame);
    frames.push(frame);
  }
  return `sha256:${hash.digest('hex')}` === wanted ? frames : undefined;
};
