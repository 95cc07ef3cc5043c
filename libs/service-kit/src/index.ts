export { type Intake, readIntake } from './bus/intake.ts';
export { ownPartitions, sendInternalOn, serveInternal } from './bus/internal-bus.ts';
export { journalHealth } from './bus/journal-health.ts';
export { followPolicies, type PolicyFeed, type PolicyStream } from './bus/policy-feed.ts';
export { BusSettings, runBusService } from './bus/run-bus-service.ts';
export { type HealthServer, serveHealth } from './bus/serve-health.ts';
export { type Routed, serveVerbs, type VerbHandler } from './bus/serve-verbs.ts';
export {
  openServiceContext,
  type RunningService,
  type ServiceContext,
  type ServiceContextOptions,
  type ServiceName,
} from './bus/service-context.ts';
export { duration, readSettings, ServiceSettings, wholeNumber } from './config.ts';
export {
  createHealth,
  type Health,
  type HealthReport,
  type HealthState,
  type HealthSummary,
} from './health.ts';
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export { runService, type ServiceProcess, type ServiceRun } from './run-service.ts';
export { createShutdown, type Shutdown, type ShutdownOptions } from './shutdown.ts';
