import { isFault } from '@edict/contracts';
import type * as z from 'zod';
import { environment, readSettings, ServiceSettings } from './config.ts';
import { createHealth, type Health } from './health.ts';
import { createLogger, type Logger } from './logger.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';

/** What a service's process is given to start with. */
export interface ServiceRun<T> {
  /** The service's own settings. */
  readonly settings: Readonly<T>;
  /** Those that every service has. */
  readonly common: Readonly<ServiceSettings>;
  readonly log: Logger;
  readonly health: Health;
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
  try {
    const settings = readSettings(schema, host.env);
    const common = readSettings(ServiceSettings, host.env);
    log = createLogger(
      { level: common.EDICT_LOG_LEVEL, format: common.EDICT_LOG_FORMAT, ...writer(host) },
      { service: name },
    );
    const shutdown = createShutdown({ log });
    endOnSignals(host, shutdown, log);
    await start({ settings, common, log, health: createHealth(), shutdown });
    log.info('started');
  } catch (error) {
    log.error(
      error instanceof Error ? error.message : String(error),
      isFault(error) ? { code: error.code } : { stack: stackOf(error) },
    );
    host.exit(isFault(error, 'CONFIG_INVALID') ? BAD_USAGE : UNAVAILABLE);
  }
};

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
