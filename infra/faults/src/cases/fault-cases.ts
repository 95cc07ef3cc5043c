import type { FaultCase } from '../fault-case.ts';
import { changedStream } from './changed-stream.ts';
import { clockAhead } from './clock-ahead.ts';
import { CLUSTER_CASES } from './clusters.ts';
import { deletedBuckets } from './deleted-buckets.ts';
import { doubleLoad } from './double-load.ts';
import { FLIPPED_BYTE_CASES } from './flipped-byte.ts';
import { ENFORCER_CASES } from './freeze.ts';
import { fullDisk } from './full-disk.ts';
import { hostileReplies } from './hostile-replies.ts';
import { intake } from './intake.ts';
import { KILL_CASES } from './kills.ts';
import { oldSnapshot } from './old-snapshot.ts';
import { overload } from './overload.ts';
import { poison } from './poison.ts';
import { retention } from './retention.ts';
import { slowDisk } from './slow-disk.ts';
import { stallNats } from './stalls.ts';
import { vanishedStore } from './vanished-store.ts';

/** Every case, in the order of the table. */
export const FAULT_CASES: readonly FaultCase[] = [
  ...KILL_CASES,
  ...ENFORCER_CASES,
  intake,
  stallNats,
  ...CLUSTER_CASES,
  fullDisk,
  slowDisk,
  retention,
  oldSnapshot,
  vanishedStore,
  ...FLIPPED_BYTE_CASES,
  deletedBuckets,
  changedStream,
  hostileReplies,
  clockAhead,
  overload,
  doubleLoad,
  poison,
];
