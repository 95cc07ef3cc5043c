export type { Alarm } from './alarms.ts';
export type { ProjectorContext } from './context.ts';
export type { OutputStatus } from './output.ts';
export { type Projector, type ProjectorStatus, startProjector } from './projector.ts';
export { startProjectorService } from './projector-service.ts';
