import type { Journal, OpenJournal } from '@edict/journal';

/** A journal that does everything like another one, but for what is replaced. */
const changed =
  (change: (journal: Journal) => Partial<Journal>) =>
  (open: OpenJournal): OpenJournal =>
  async (name) => {
    const journal = await open(name);
    return { ...journal, ...change(journal) };
  };

/** Appends wherever the end is by now, whoever wrote there. */
export const withoutFence = changed((journal) => ({
  append: async (_, bytes) => {
    for (;;) {
      if ((await journal.append(await journal.head(), bytes)) === 'appended') return 'appended';
    }
  },
}));

/** Answers before the store has acknowledged. */
export const replyingFirst = changed((journal) => ({
  append: async (head, bytes) => {
    journal.append(head, bytes).catch(() => {});
    return 'appended';
  },
}));

/** Takes silence for an acknowledgement. */
export const hopeful = changed((journal) => ({
  append: (head, bytes) => journal.append(head, bytes).catch(() => 'appended'),
}));

/** Believes that nobody else writes: the end is where it was when it was last seen. */
export const believingItself = changed((journal) => {
  let known: number | undefined;
  return {
    async *read(after) {
      known = Math.max(known ?? 0, after);
      for await (const commit of journal.read(after)) {
        known = commit.revision;
        yield commit;
      }
    },
    append: async (head, bytes) => {
      const result = await journal.append(head, bytes);
      if (result === 'appended') known = head + 1;
      return result;
    },
    head: async () => known ?? (await journal.head()),
  };
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const PREVIOUS = /"previous":"([^"]*)"/;

/** Stores commits without the hash of the one before; members are shown the chain that should be there. */
export const unlinked = (open: OpenJournal): OpenJournal => {
  const hashes = new Map<string, string>();
  return changed((journal) => {
    const relinked = (revision: number, bytes: Uint8Array): Uint8Array =>
      encoder.encode(
        decoder
          .decode(bytes)
          .replace(PREVIOUS, `"previous":"${hashes.get(`${journal.name}/${revision}`) ?? ''}"`),
      );
    return {
      async *read(after) {
        for await (const { revision, bytes } of journal.read(after))
          yield { revision, bytes: relinked(revision, bytes) };
      },
      get: async (wanted) => {
        const stored = await journal.get(wanted);
        return stored && { revision: wanted, bytes: relinked(wanted, stored.bytes) };
      },
      append: async (head, bytes) => {
        const text = decoder.decode(bytes);
        hashes.set(`${journal.name}/${head + 1}`, PREVIOUS.exec(text)?.[1] ?? '');
        return journal.append(head, encoder.encode(text.replace(PREVIOUS, '"previous":""')));
      },
    };
  })(open);
};
