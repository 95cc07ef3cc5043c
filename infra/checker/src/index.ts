export { type Counts, checkRun, type Report } from './check-run.ts';
export { PROPERTIES, type Property } from './properties.ts';
export type { Exchange, ReplayDifference, Run, Violation } from './run.ts';
