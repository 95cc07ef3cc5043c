import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Order } from './messages.ts';

/** A process of the bench, started by it and ended by it. */
export interface BenchProcess {
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it without a warning. */
  kill(): Promise<void>;
}

/** The process that sends the load. */
export interface Requester extends BenchProcess {
  order(order: Order): Promise<Answer>;
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The worker that decides nothing. */
export const startResponder = async (url: string): Promise<BenchProcess> => {
  const child = fork(script('./responder.ts'), [url]);
  await firstMessage(child);
  return owned(child);
};

export const startRequester = async (url: string): Promise<Requester> => {
  const child = fork(script('./requester.ts'), [url]);
  await firstMessage(child);
  return {
    ...owned(child),
    order: async (order) => {
      child.send(order);
      const answer = (await firstMessage(child)) as Answer;
      if (answer.kind === 'failed') throw new Error(`the requester failed: ${answer.message}`);
      return answer;
    },
  };
};

/** The next message of a child; throws when it ends before it says anything. */
const firstMessage = async (child: ChildProcess): Promise<unknown> => {
  const waiting = new AbortController();
  const ended = once(child, 'exit', { signal: waiting.signal }).then(([code, signal]) => {
    throw new Error(`a process of the bench ended with ${String(signal ?? code)}`);
  });
  try {
    const [message] = (await Promise.race([
      once(child, 'message', { signal: waiting.signal }),
      ended,
    ])) as unknown[];
    return message;
  } finally {
    waiting.abort();
    ended.catch(() => undefined);
  }
};

const running = new Set<number>();
// A bench that is interrupted, or fails, leaves nothing behind.
process.once('exit', () => {
  for (const pid of running) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has gone already.
    }
  }
});

/** Has a process end with this one at the latest; the result says that it has ended. */
export const endWithBench = (pid: number): (() => void) => {
  running.add(pid);
  return () => running.delete(pid);
};

/** Ends a child by its own id, with force when it does not go. */
export const owned = (child: ChildProcess): BenchProcess => {
  const pid = child.pid ?? 0;
  child.once('exit', endWithBench(pid));
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(force);
  };
  return { pid, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
};
