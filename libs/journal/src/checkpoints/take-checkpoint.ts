import { createHash } from 'node:crypto';
import type { JournalName } from '@edict/contracts';
import { turnEnd } from '../turn.ts';
import type { CheckpointCommand } from './checkpoint-command.ts';
import { type Captured, tellFrames } from './snapshot-frames.ts';
import type { Snapshots } from './snapshots.ts';

/** Writes what was captured, frame by frame, and gives the command that names it. Between frames others have their turn. */
export const writeSnapshot = async (
  snapshots: Snapshots,
  journal: JournalName,
  captured: Captured,
  { id, format }: { readonly id: string; readonly format: string },
): Promise<CheckpointCommand> => {
  const hash = createHash('sha256');
  let frames = 0;
  let bytes = 0;
  for (const frame of tellFrames(captured)) {
    hash.update(frame);
    frames += 1;
    bytes += frame.byteLength;
    await snapshots.append(journal, id, frame);
    await turnEnd();
  }
  const { revision, hash: head } = captured.head;
  const said = { snapshot: id, format, revision, head };
  return { kind: 'checkpoint', ...said, hash: `sha256:${hash.digest('hex')}`, frames, bytes };
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
