import type { JournalName } from '@edict/contracts';
import { journalAddress } from '@edict/contracts';
import type { Head } from '@edict/journal';
import { type Following, followStream, type StoreConnection } from '@edict/nats';
import { headFrom } from './chains.ts';

const FIRST_WINDOW = 256;
const WIDER = 16;

/** The head of a journal before the commit at a sequence: of its last commit before that one. */
export const previousHead = async (
  store: StoreConnection,
  stream: string,
  journal: JournalName,
  sequence: number,
): Promise<Head> => {
  const subject = journalAddress(journal);
  // A journal's commits mostly lie close together, so looking back a little finds the previous one.
  for (let window = FIRST_WINDOW; ; window *= WIDER) {
    const after = Math.max(0, sequence - 1 - window);
    const bytes = await lastBetween(store, { stream, subject, after, before: sequence });
    if (bytes !== undefined || after === 0) return headFrom(journal, bytes);
  }
};

interface Stretch {
  readonly stream: string;
  readonly subject: string;
  readonly after: number;
  /** There is a message at this sequence. */
  readonly before: number;
}

const lastBetween = (
  store: StoreConnection,
  { stream, subject, after, before }: Stretch,
): Promise<Uint8Array | undefined> =>
  new Promise((resolve, reject) => {
    let last: Uint8Array | undefined;
    let following: Following | undefined;
    following = followStream(store, {
      stream,
      subject,
      after,
      onMessage: (_, data, sequence) => {
        if (sequence < before) {
          last = data;
          return;
        }
        following?.stop();
        resolve(last);
      },
      onFault: (error) => {
        reject(error);
        // Not at once: a feed that is told of a fault arranges to be taken up again right after.
        queueMicrotask(() => following?.stop());
      },
    });
  });
