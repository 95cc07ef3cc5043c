/** Types of frames, as far as a client of unary calls meets them. */
export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const;

export const FLAG = { endStream: 1, acknowledged: 1, endHeaders: 4 } as const;

const HEAD_BYTES = 9;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const frame = (type: number, flags: number, stream: number, payload: Buffer): Buffer => {
  const written = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  written.writeUIntBE(payload.length, 0, 3);
  written[3] = type;
  written[4] = flags;
  written.writeUInt32BE(stream, 5);
  payload.copy(written, HEAD_BYTES);
  return written;
};

/** Takes bytes as they come and hands on each frame that is whole. */
export const frameReader = (take: (frame: Frame) => void): ((chunk: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const end = at + HEAD_BYTES + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      take({
        type: bytes[at + 3] ?? 0,
        flags: bytes[at + 4] ?? 0,
        stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
        payload: bytes.subarray(at + HEAD_BYTES, end),
      });
      at = end;
    }
    rest = bytes.subarray(at);
  };
};

/** A header without compression, so that its bytes never depend on what was sent before. */
export const header = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.of(0), short(name), short(value)]);

const short = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length > 126) throw new Error(`${text} does not fit into a length of one byte`);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
};
