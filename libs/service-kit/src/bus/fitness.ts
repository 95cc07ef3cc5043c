import { isFault, type Rejection } from '@edict/contracts';
import { type Clock, createClockGuard, type Unfit } from '@edict/journal';
import { assertDeployment, clockProbe, type ExpectedDeployment, type StoreConnection } from '@edict/nats';
import type { Logger } from '../logger.ts';

/** Whether this process may decide at all. */
export interface Fitness {
  readonly unfit: Unfit;
  stop(): void;
}

/** Watches the clock every second, and after each reconnect whether the store is still the one that it was. */
export const watchFitness = async (
  store: StoreConnection,
  deployment: ExpectedDeployment,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Fitness> => {
  let strange: Rejection | undefined;
  const guard = await createClockGuard({
    clock,
    probe: clockProbe(store),
    onFault: (error) => log.debug('the clock could not be compared with that of the broker', { error }),
  });
  const recognise = async (): Promise<void> => {
    try {
      await assertDeployment(store, deployment);
      strange = undefined;
    } catch (error) {
      if (!isFault(error, 'STORE_VANISHED') && !isFault(error, 'DEPLOYMENT_MISMATCH')) return;
      log.error('the store is not the one that this process began with; nothing is decided', { error });
      strange = { code: 'UNAVAILABLE', message: error.message };
    }
  };
  const unlisten = store.onChange((connected) => {
    if (!connected) return;
    void recognise();
    void guard.look();
  });
  return {
    unfit: () => strange ?? guard.refusal(),
    stop: () => {
      unlisten();
      guard.stop();
    },
  };
};
