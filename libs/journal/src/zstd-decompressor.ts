import { constants, createZstdDecompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ZstdStream } from './zstd-compressor.ts';

/** Gives the content of one zstd frame; throws when it cannot be read, or has more than the bound. */
export type Decompress = (frame: Uint8Array) => Uint8Array;

/** Longer contents are rare: a commit of a busy owner has a tenth of it. */
const ROOM_BYTES = 256 * 1024;

/**
 * A decompressor that keeps its context from frame to frame, as the compressor does: a new one takes three times what
 * reading the frame of a commit does. Whatever is not as expected is left to Node's one-shot function, and what was
 * kept is dropped.
 *
 * A frame that breaks off can never be taken for a whole one: it has less in it than it says, or what was kept waits
 * for more, takes the beginning of the next frame for a block that is larger than blocks are, and fails.
 */
export const createDecompressor = (maxBytes: number): Decompress => {
  const oneShot: Decompress = (frame) => zstdDecompressSync(frame, { maxOutputLength: maxBytes });
  const room = Buffer.allocUnsafeSlow(Math.min(maxBytes, ROOM_BYTES));
  let kept: ReturnType<typeof keptContext> | undefined;
  const decompress: Decompress = (frame) => {
    const size = contentBytes(frame);
    if (size === undefined || size > room.byteLength) return oneShot(frame);
    kept ??= keptContext(room);
    if (kept(frame) === size) return Buffer.from(room.subarray(0, size));
    kept = undefined;
    return oneShot(frame);
  };
  return works(decompress) ? decompress : oneShot;
};

/** What keeps a context is undocumented, so it is tried out; that it reads rightly is seen with each frame. */
const works = (decompress: Decompress): boolean => {
  try {
    decompress(zstdCompressSync(Buffer.from('a commit of a journal, '.repeat(100))));
    return true;
  } catch {
    return false;
  }
};

/** A function that reads one frame, and gives how many bytes it has put into the room; `undefined` when it could not. */
const keptContext = (room: Uint8Array) => {
  const { _handle: handle, _writeState: state } = createZstdDecompress() as unknown as ZstdStream;
  let failed = false;
  handle.onerror = () => {
    failed = true;
  };
  return (frame: Uint8Array): number | undefined => {
    handle.writeSync(constants.ZSTD_e_end, frame, 0, frame.byteLength, room, 0, room.byteLength);
    const [left = 0, unread] = state;
    return failed || unread !== 0 ? undefined : room.byteLength - left;
  };
};

/** How much a frame says is in it (RFC 8878, 3.1.1.1); `undefined` when it does not, or needs a dictionary. */
const contentBytes = (frame: Uint8Array): number | undefined => {
  const descriptor = frame[4] ?? 0;
  if ((descriptor & 0b11) !== 0) return undefined;
  const isSingle = (descriptor & 0b10_0000) !== 0;
  const { buffer, byteOffset, byteLength } = frame;
  const field = new DataView(buffer, byteOffset, byteLength);
  const at = isSingle ? 5 : 6;
  if (at + 8 > byteLength) return undefined;
  switch (descriptor >> 6) {
    case 0:
      return isSingle ? field.getUint8(at) : undefined;
    case 1:
      return field.getUint16(at, true) + 256;
    case 2:
      return field.getUint32(at, true);
    default:
      return Number(field.getBigUint64(at, true));
  }
};
