import { p1 } from './p1-in-flight.ts';
import { p2 } from './p2-one-at-a-time.ts';
import { p3 } from './p3-fsync.ts';
import { p4 } from './p4-evaluation.ts';
import { p5 } from './p5-signals.ts';
import { p6 } from './p6-replay.ts';
import { p7 } from './p7-saves.ts';
import { p8 } from './p8-take-over.ts';
import { p9 } from './p9-processor-time.ts';
import { p10 } from './p10-growth.ts';
import { p11 } from './p11-workers.ts';
import { p12 } from './p12-start.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12];
