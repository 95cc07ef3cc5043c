import { createMemoryJournals } from './memory-journal.ts';
import { describeJournal } from './testing/index.ts';

describeJournal('the in-memory journal', async () => {
  const { open } = createMemoryJournals();
  return { open, close: async () => {} };
});
