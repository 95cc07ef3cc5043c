import { sha256Text } from '@edict/journal';

/** How far an output is: everything up to `sequence` is in it, except for journals that were stopped before that. */
export interface Position {
  /** Sequence in the stream of the journals; 0: nothing yet. */
  readonly sequence: number;
  /** SHA-256 of the message there: tells whether the stream is still the same one. */
  readonly hash: string;
  readonly stopped: Readonly<Record<string, StoppedAt>>;
}

/** The first commit of a journal that could not be projected. */
export interface StoppedAt {
  readonly revision: number;
  readonly sequence: number;
}

export const START: Position = { sequence: 0, hash: '', stopped: {} };

/** Whether an output that is at a position still lacks a commit. */
export const lacks = (done: Position, journal: string, revision: number, sequence: number): boolean => {
  if (sequence > done.sequence) return true;
  const stopped = done.stopped[journal];
  return stopped !== undefined && revision >= stopped.revision;
};

/** The sequence after which to read so that nothing is missed that a position lacks. */
export const readAfter = (done: Position): number => {
  let after = done.sequence;
  for (const { sequence } of Object.values(done.stopped)) after = Math.min(after, sequence - 1);
  return after;
};

/** Whether the message at a position's sequence is the one that was there when it was written down. */
export const isSameMessage = ({ hash }: Position, data: Uint8Array): boolean => hash === sha256Text(data);

/** A position as it was written down; `undefined` when it is not one. */
export const readPosition = (value: unknown): Position | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { sequence, hash, stopped } = value as Partial<Position>;
  if (!Number.isSafeInteger(sequence) || typeof hash !== 'string') return undefined;
  if (typeof stopped !== 'object' || stopped === null) return undefined;
  const sound = Object.values(stopped).every(
    (at) => Number.isSafeInteger(at?.revision) && Number.isSafeInteger(at?.sequence),
  );
  return sound ? { sequence: Number(sequence), hash, stopped } : undefined;
};
