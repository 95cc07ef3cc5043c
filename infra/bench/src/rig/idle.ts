import { processMicros } from '../measure/processor-time.ts';

/** Below this share of a processor over this time, a process has nothing left to do. */
const IDLE_SHARE = 0.1;
const IDLE_MS = 250;
const AT_MOST_MS = 60_000;

/** Waits until a process has worked off what it was given. */
export const untilIdle = async (pid: number): Promise<void> => {
  const end = performance.now() + AT_MOST_MS;
  for (let before = processMicros(pid), busy = true; busy; ) {
    if (performance.now() > end)
      throw new Error(`process ${pid} was busy for ${AT_MOST_MS} ms after its load`);
    await elapsed(IDLE_MS);
    const after = processMicros(pid);
    busy = after - before > IDLE_SHARE * IDLE_MS * 1_000;
    before = after;
  }
};

export const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
