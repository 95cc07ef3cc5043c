import { Fault, type JournalName } from '@edict/contracts';
import { unpack } from '@edict/journal';

/** The frame that a host writes: only the first bytes of a large commit need to be looked at. */
const FRAME = /^\{"v":1,"journal":"(?:[^"\\]|\\.)*","revision":([1-9]\d{0,15}),/;
const FRAME_BYTES = 2_048;

/** The revision that a commit's bytes say they are; Fault `JOURNAL_BROKEN` when they do not say it. */
export const commitRevision = (journal: JournalName, bytes: Uint8Array): number => {
  const revision = revisionIn(bytes);
  if (Number.isSafeInteger(revision) && Number(revision) > 0) return Number(revision);
  throw new Fault('JOURNAL_BROKEN', `a message of ${journal} is not a commit: it has no revision`);
};

const revisionIn = (bytes: Uint8Array): unknown => {
  try {
    const plain = unpack(bytes);
    const text = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
    const framed = FRAME.exec(text.toString('latin1', 0, FRAME_BYTES))?.[1];
    if (framed !== undefined) return Number(framed);
    return (JSON.parse(text.toString('utf8')) as { revision?: unknown } | null)?.revision;
  } catch {
    return undefined;
  }
};
