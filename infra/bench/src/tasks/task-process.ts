import type { Task, TaskAnswer } from './run-task.ts';

/** Runs one task, named by its module, and ends with its parent. */
const { task } = (await import(process.argv[2] ?? '')) as { task: Task<unknown, unknown> };

process.once('message', (input) => {
  task(input).then(
    (result) => process.send?.({ result } satisfies TaskAnswer),
    (error: unknown) =>
      process.send?.({
        failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies TaskAnswer),
  );
});
process.once('disconnect', () => process.exit());
