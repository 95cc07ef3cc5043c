import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { owned } from '../rig/processes.ts';

/** What a task's process says when it is done, or why it cannot be. */
export type TaskAnswer = { readonly result: unknown } | { readonly failed: string };

/** What a task's module does: it takes and gives what survives JSON, NaN apart. */
export type Task<I, O> = (input: I) => Promise<O>;

/** Runs a task in a process of its own, so that nobody else's memory is in its way; tasks may call `gc()`. */
export const runTask = async <I extends object, O>(
  module: 'decide' | 'evaluate' | 'evaluate-peers' | 'replay' | 'population' | 'take-over',
  input: I,
): Promise<O> => {
  const child = fork(fileURLToPath(new URL('./task-process.ts', import.meta.url)), [`./${module}.ts`], {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  });
  const process = owned(child);
  const ended = new AbortController();
  try {
    child.send(input);
    const [answer] = (await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(([code, signal]) => {
        throw new Error(`the task ${module} ended with ${String(signal ?? code)}`);
      }),
    ])) as [TaskAnswer];
    if ('failed' in answer) throw new Error(`the task ${module} failed: ${answer.failed}`);
    return answer.result as O;
  } finally {
    ended.abort();
    await process.stop();
  }
};
