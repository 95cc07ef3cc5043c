import { constants, createZstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Makes one zstd frame of a text, at once. */
export type Compress = (text: Uint8Array) => Uint8Array;

/** What Node's zstd streams are built on, which it does not document. */
export interface ZstdStream {
  readonly _handle: {
    /** Called within a write that fails. */
    onerror: () => void;
    writeSync(
      flush: number,
      from: Uint8Array,
      fromOffset: number,
      fromLength: number,
      to: Uint8Array,
      toOffset: number,
      toLength: number,
    ): void;
  };
  /** How much room was left in the output, and how much of the input was not read. */
  readonly _writeState: Uint32Array;
}

/**
 * A compressor that keeps its context from frame to frame. Node's one-shot function makes a new one each time, which
 * costs three times what the compression of a commit does. What keeps one is undocumented, so it is tried out here
 * first; where it is not as expected, and for a frame that it cannot make, the one-shot function serves.
 */
export const createCompressor = (params: Record<number, number>): Compress => {
  const oneShot: Compress = (text) => zstdCompressSync(text, { pledgedSrcSize: text.byteLength, params });
  const kept = keptContext(params);
  return works(kept) ? (text) => kept(text) ?? oneShot(text) : oneShot;
};

const keptContext = (params: Record<number, number>) => {
  const stream = createZstdCompress({ params }) as unknown as ZstdStream;
  let room = Buffer.allocUnsafeSlow(64 * 1024);
  return (text: Uint8Array): Uint8Array | undefined => {
    const most = mostBytes(text.byteLength);
    if (room.byteLength < most) room = Buffer.allocUnsafeSlow(2 * most);
    stream._handle.writeSync(constants.ZSTD_e_end, text, 0, text.byteLength, room, 0, room.byteLength);
    const [left = 0, unread] = stream._writeState;
    return unread === 0 && left > 0 ? Buffer.from(room.subarray(0, room.byteLength - left)) : undefined;
  };
};

/** The most that a frame takes: zstd's own bound is below it. */
const mostBytes = (textBytes: number): number => textBytes + (textBytes >> 8) + 1_024;

/** Two frames in a row, so that the second is made by a used context. */
const works = (compress: (text: Uint8Array) => Uint8Array | undefined): boolean => {
  const sample = Buffer.from('a commit of a journal, '.repeat(100));
  try {
    return [sample, sample.subarray(7)].every((text) => {
      const frame = compress(text);
      return frame !== undefined && zstdDecompressSync(frame).equals(text);
    });
  } catch {
    return false;
  }
};
