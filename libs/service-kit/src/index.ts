export { BusSettings, contextSettings } from './bus/bus-settings.ts';
export { type Incoming, readIncoming } from './bus/incoming.ts';
export { ownPartitions, sendInternalOn, serveInternal } from './bus/internal-bus.ts';
export { journalHealth } from './bus/journal-health.ts';
export { followPolicies, type PolicyFeed, type PolicyStream } from './bus/policy-feed.ts';
export { runBusService } from './bus/run-bus-service.ts';
export { type HealthServer, serveHealth } from './bus/serve-health.ts';
export { serveIntake } from './bus/serve-intake.ts';
export { serveVerbs } from './bus/serve-verbs.ts';
export {
  openServiceContext,
  type RunningService,
  type ServiceContext,
  type ServiceContextOptions,
  type ServiceName,
} from './bus/service-context.ts';
export { startServices } from './bus/start-services.ts';
export type { Routed, Trace, VerbHandler } from './bus/verb-handler.ts';
export { duration, readSettings, ServiceSettings, wholeNumber } from './config.ts';
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export { runService, type ServiceProcess, type ServiceRun } from './run-service.ts';
export { createShutdown, type Shutdown, type ShutdownOptions } from './shutdown.ts';
