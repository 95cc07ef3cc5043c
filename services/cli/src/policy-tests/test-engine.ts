import { setImmediate as turn } from 'node:timers/promises';
import { sessionsDecider, verdictsDecider } from '@edict/core';
import { createInProcessEngine, type InProcessEngine } from '@edict/engine';
import { createLeapingClock } from './leaping-clock.ts';

/** What an engine is asked with; each has its own shape of message and answer. */
export type EngineVerb = 'decide' | 'outcome' | 'signal' | 'policy';

/** An engine in this process whose time passes only when it is told to. */
export interface TestEngine {
  now(): number;
  /** Sends a message and waits until everything that follows from it is recorded. */
  send(verb: EngineVerb, message: unknown): Promise<Answer>;
  /** Lets time pass; whatever has a deadline on the way ends at it. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A reply as it came. */
export type Answer = Readonly<Record<string, unknown>>;

/** How long a deadline that was not met at its time is given before it is looked at again. */
const AGAIN_MS = 100;
/** A crossing between two journals takes fewer turns of the event loop than this. */
const QUIET_TURNS = 8;

/** An engine with journals of its own, in a workspace, at a time in milliseconds since 1970. */
export const createTestEngine = async (ws: string, start: number): Promise<TestEngine> => {
  const clock = createLeapingClock(start);
  const engine = await createInProcessEngine({ clock });
  return {
    now: clock.now,
    send: async (verb, message) => {
      const answer = JSON.parse(await engine[verb](JSON.stringify(message), { ws })) as Answer;
      await quiet(engine);
      return answer;
    },
    pass: async (ms) => {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        const next = Math.min(await earliestDeadline(engine), end);
        clock.leap(next > clock.now() ? next - clock.now() : Math.min(AGAIN_MS, end - clock.now()));
        await quiet(engine);
      }
    },
    close: engine.close,
  };
};

/** Between two deadlines nothing happens by itself, so time may leap there. */
const earliestDeadline = async ({ desks }: InProcessEngine): Promise<number> => {
  const deadlines = await Promise.all([
    ...desks.verdicts.hosts().map((host) => host.ask(verdictsDecider.nextDeadline)),
    ...desks.sessions.hosts().map((host) => host.ask(sessionsDecider.nextDeadline)),
  ]);
  return Math.min(...deadlines.map((deadline) => deadline ?? Number.POSITIVE_INFINITY));
};

/** Settles when nothing has been recorded for a while: what one journal owes another has arrived by then. */
const quiet = async ({ journals }: InProcessEngine): Promise<void> => {
  const recorded = (): number =>
    journals.names().reduce((sum, name) => sum + journals.commits(name).length, 0);
  for (let still = 0, before = recorded(); still < QUIET_TURNS; still++) {
    await turn();
    if (recorded() === before) continue;
    before = recorded();
    still = 0;
  }
};
