import { createMemoryAnchors } from './anchors.ts';
import { describeAnchors } from './testing/index.ts';

describeAnchors('the memory', async () => {
  const anchors = createMemoryAnchors();
  return { open: async () => anchors, close: async () => {} };
});
