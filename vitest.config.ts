import { defineConfig } from 'vitest/config';

const END_TO_END = 'infra/{e2e,faults}/**/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          include: ['libs/**/*.test.ts', 'services/**/*.test.ts', 'infra/**/*.test.ts'],
          exclude: [END_TO_END],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end to end',
          include: [END_TO_END],
          // Whole processes, killed and frozen: after the parts, and one file at a time.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
