import { utf8Bytes } from '@edict/contracts';

/** A reply has to fit into one message of the broker with room to spare. */
const MOST_BYTES = 512 * 1024;

/** Entries for the first items, as many as are asked for and as fit into one reply. */
export const fillPage = <T, E>(items: readonly T[], limit: number, entryOf: (item: T) => E): E[] => {
  const page: E[] = [];
  let bytes = 0;
  for (const item of items) {
    const entry = entryOf(item);
    bytes += utf8Bytes(JSON.stringify(entry));
    if (page.length >= limit || bytes > MOST_BYTES) break;
    page.push(entry);
  }
  return page;
};
