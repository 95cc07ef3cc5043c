import { type IntakeVerb, STREAMS } from '@edict/contracts';
import { type Consumer, type ConsumerMessages, jetstream } from '@nats-io/jetstream';
import type { StoreConnection } from '../connections.ts';
import { intakeMessage } from './intake-message.ts';
import type { TakeOptions, Taking } from './intake-queue.ts';

/** How long one fetch waits for messages; also what a fetch that got lost costs. */
const FETCH_MS = 5_000;
const TRY_AGAIN_MS = 500;

interface PullOptions extends TakeOptions {
  /** Makes sure that the consumer is there. */
  readonly ready: () => Promise<void>;
}

/** Fetches what there is room for, again and again, through reconnects and the loss of the consumer. */
export const pullIntake = (
  store: StoreConnection,
  verb: IntakeVerb,
  { inFlight: most, onMessage, onFault, ready }: PullOptions,
): Taking => {
  let inFlight = 0;
  let turns = 0;
  let stopped = false;
  let fetching: ConsumerMessages | undefined;
  let wake = (): void => {};

  const changed = (ms?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const ended = (): void => {
    inFlight -= 1;
    wake();
  };

  const fetchOnce = async (consumer: Consumer): Promise<void> => {
    // Half of the room at least: many small fetches cost more than they bring.
    while (!stopped && inFlight > most / 2) await changed();
    if (stopped) return;
    fetching = await consumer.fetch({ max_messages: most - inFlight, expires: FETCH_MS });
    for await (const delivery of fetching) {
      const message = intakeMessage(delivery, turns, ended);
      if (message === undefined) continue;
      inFlight += 1;
      turns += 1;
      if (stopped) message.later(0);
      else onMessage(message);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        turns = 0;
        await ready();
        const consumer = await jetstream(store.nc).consumers.get(STREAMS.intake, verb);
        while (!stopped) await fetchOnce(consumer);
      } catch (error) {
        if (stopped) return;
        onFault(error);
        await changed(TRY_AGAIN_MS);
      }
    }
  };
  const unlisten = store.onChange((connected) => {
    if (connected) turns = 0;
  });
  const running = run();

  return {
    stop: async (graceMs) => {
      stopped = true;
      unlisten();
      wake();
      fetching?.stop();
      await running;
      const end = performance.now() + graceMs;
      while (inFlight > 0 && performance.now() < end) await changed(end - performance.now());
    },
  };
};
