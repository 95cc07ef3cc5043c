import { cpus } from 'node:os';
import type { BenchOptions } from './options.ts';

/** What the numbers of a run hold for: machine, versions, and how it was measured. */
export const machine = (serverVersion: string, { sync, rounds, windowMs }: BenchOptions): string[] => [
  `Edict bench · ${new Date().toISOString()}`,
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'} · ${process.platform} ${process.arch}`,
  `node ${process.version} · nats-server ${serverVersion} · requester, server and worker on loopback`,
  `fsync ${sync === 'always' ? 'before each acknowledgement' : 'every 2 minutes'} · medians of ${rounds} interleaved rounds of ${windowMs} ms`,
];
