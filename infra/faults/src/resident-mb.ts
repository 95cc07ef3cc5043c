import { readFileSync } from 'node:fs';
import type { Deployment } from './deployment/deployment.ts';

/** The memory that the largest enforcer holds, in megabytes. */
export const residentMb = (deployment: Deployment): number =>
  Math.max(
    ...deployment.processes('enforcer').map(({ pid }) => {
      const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return Math.round(Number(kb) / 1_024);
    }),
  );
