import { Fault } from '@edict/contracts';
import type { Head } from '../commit-text.ts';
import type { IdSnapshot } from '../id-memory.ts';
import { pack, unpack } from '../stored-form.ts';
import { turnEnd } from '../turn.ts';

/** 2: ids lie one behind the other. 1: they lie in tables with gaps, which is read as well. */
const FRAMES_FORMATS = [2, 1] as const;

interface Told {
  readonly stateFormat?: number;
  readonly olderFormats?: readonly number[];
}

/** How a decider's snapshots are written: the frames, and the parts in them. */
export const formatOf = ({ stateFormat = 1 }: Told): string => `${FRAMES_FORMATS[0]}.${stateFormat}`;

/** Whether a snapshot of a format can be read back. */
export const isReadable = (format: string, { stateFormat = 1, olderFormats = [] }: Told): boolean =>
  FRAMES_FORMATS.some((frames) =>
    [stateFormat, ...olderFormats].some((parts) => format === `${frames}.${parts}`),
  );

/** Everything that a host knows after a commit, captured at once. */
export interface Captured {
  readonly head: Head;
  /** The time of the latest entry. */
  readonly lastAt: number;
  /** The state as its decider tells it. */
  readonly parts: Iterable<unknown>;
  readonly ids: IdSnapshot;
  /** The earliest revision that any of it refers to; known once all parts were told. */
  readonly reach: () => number;
}

/** What is read back: the same, with the parts given one by one. */
export interface RestoredHead {
  readonly head: Head;
  readonly lastAt: number;
}

/** About a millisecond of work, and well below what a broker takes as one message. */
const FRAME_CHARACTERS = 96 * 1024;
const FRAME_WORDS = 96 * 1024;

const [JSON_FRAME, ID_FRAME] = [1, 2];

/** The frames of a snapshot, each made when it is asked for: JSON in slices, ids as the bytes of their tables. */
export function* tellFrames({ head, lastAt, parts, ids }: Captured): Generator<Uint8Array, undefined> {
  yield jsonFrame(JSON.stringify([['snapshot', { head, lastAt }]]));
  let texts: string[] = [];
  let size = 0;
  for (const part of parts) {
    const text = JSON.stringify(part);
    texts.push(text);
    size += text.length;
    if (size < FRAME_CHARACTERS) continue;
    yield jsonFrame(`[${texts.join()}]`);
    texts = [];
    size = 0;
  }
  if (texts.length > 0) yield jsonFrame(`[${texts.join()}]`);
  for (const { until, words } of ids) {
    yield jsonFrame(JSON.stringify([['ids', { until, words: words.length }]]));
    for (let from = 0; from < words.length; from += FRAME_WORDS) {
      yield framed(ID_FRAME, bytesOf(words.subarray(from, from + FRAME_WORDS)));
    }
  }
}

/** Reads frames back, a turn of the event loop for each; the state's own parts go to `onPart` in order. */
export const readFrames = async (
  frames: readonly Uint8Array[],
  onPart: (part: unknown) => void,
): Promise<RestoredHead & { readonly ids: IdSnapshot }> => {
  const ids: FilledTable[] = [];
  let found: RestoredHead | undefined;
  const take = (part: readonly [string, never]): void => {
    if (part[0] === 'snapshot') found = part[1];
    else if (part[0] === 'ids') ids.push(tableOf(part[1]));
    else onPart(part);
  };
  for (const frame of frames) {
    const body = frame.subarray(1);
    if (frame[0] === ID_FRAME) fill(ids.at(-1), body);
    else for (const part of JSON.parse(Buffer.from(unpack(body)).toString())) take(part);
    await turnEnd();
  }
  if (found === undefined) throw unreadable('it has no head');
  return { ...found, ids };
};

interface FilledTable {
  readonly until: number;
  readonly words: Uint32Array<ArrayBuffer>;
  filled: number;
}

const jsonFrame = (text: string): Uint8Array => framed(JSON_FRAME, pack(Buffer.from(text)));

const framed = (kind: number, body: Uint8Array): Uint8Array => Buffer.concat([Buffer.of(kind), body]);

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const tableOf = ({ until, words }: { readonly until: number; readonly words: number }): FilledTable => ({
  until,
  words: new Uint32Array(words),
  filled: 0,
});

const fill = (table: FilledTable | undefined, bytes: Uint8Array): void => {
  if (table === undefined) throw unreadable('ids come without a table');
  bytesOf(table.words).set(bytes, table.filled);
  table.filled += bytes.byteLength;
};

const unreadable = (why: string): Fault =>
  new Fault('SNAPSHOT_UNREADABLE', `a snapshot cannot be read: ${why}`);
