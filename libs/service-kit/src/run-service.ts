import { isFault } from '@edict/contracts';
import type * as z from 'zod';
import { environment, readSettings, ServiceSettings } from './config.ts';
import { createLogger, type Logger } from './logger.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';

/** What a service's process is given to start with. */
export interface ServiceRun<T> {
  /** Those that every service has, and the service's own. */
  readonly settings: Readonly<ServiceSettings & T>;
  readonly log: Logger;
  readonly shutdown: Shutdown;
}

/** The process that a service runs in; tests give their own. */
export interface ServiceProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): void;
  exit(code: number): void;
  readonly writeLine?: (line: string) => void;
}

const BAD_USAGE = 2;
const UNAVAILABLE = 3;

/**
 * Runs a service until a signal ends it: reads its settings, starts it, and on SIGINT or SIGTERM ends it in order.
 * A second signal ends the process at once. Exits 0 after an orderly end, 2 for bad settings, 3 when it cannot run.
 */
export const runService = async <T extends z.ZodObject>(
  name: string,
  schema: T,
  start: (run: ServiceRun<z.infer<T>>) => Promise<void>,
  host: ServiceProcess = nodeProcess(),
): Promise<void> => {
  let log = createLogger({ level: 'info', format: 'human', ...writer(host) });
  let shutdown: Shutdown | undefined;
  try {
    const settings = readTogether(schema, host.env);
    log = createLogger(
      { level: settings.EDICT_LOG_LEVEL, format: settings.EDICT_LOG_FORMAT, ...writer(host) },
      { service: name },
    );
    shutdown = createShutdown({ log });
    endOnSignals(host, shutdown, log);
    await start({ settings, log, shutdown });
    log.info('started');
  } catch (error) {
    log.error(
      error instanceof Error ? error.message : String(error),
      isFault(error) ? { code: error.code } : { stack: stackOf(error) },
    );
    // Others learn at once that what had started is gone.
    await shutdown?.run();
    host.exit(isFault(error, 'CONFIG_INVALID') ? BAD_USAGE : UNAVAILABLE);
  }
};

/** One reading of both, so that everything wrong is named at once. */
const readTogether = <T extends z.ZodObject>(
  schema: T,
  env: ServiceProcess['env'],
): Readonly<ServiceSettings & z.infer<T>> =>
  readSettings(ServiceSettings.extend(schema.shape), env) as Readonly<ServiceSettings & z.infer<T>>;

const endOnSignals = (host: ServiceProcess, shutdown: Shutdown, log: Logger): void => {
  let signals = 0;
  const end = (): void => {
    signals++;
    if (signals > 1) {
      log.warn('ending at once');
      host.exit(UNAVAILABLE);
      return;
    }
    log.info('ending');
    shutdown.run().then(
      (clean) => host.exit(clean ? 0 : UNAVAILABLE),
      () => host.exit(UNAVAILABLE),
    );
  };
  host.on('SIGINT', end);
  host.on('SIGTERM', end);
};

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined);

const writer = ({ writeLine }: ServiceProcess) => (writeLine === undefined ? {} : { write: writeLine });

const nodeProcess = (): ServiceProcess => ({
  env: environment(),
  on: (signal, listener) => void process.on(signal, listener),
  exit: (code) => process.exit(code),
});
