import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Fields of /proc/<pid>/stat after the name, counted from 0 (proc(5) numbers them from 3). */
const UTIME = 11;
const STIME = 12;

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const microsPerTick = 1e6 / ticksPerSecond;

/**
 * Microseconds of processor time (user and system, all threads) that a process has used since it began. Of others in steps
 * of a tick, 10 ms as a rule: negligible in windows of seconds.
 */
export const processMicros = (pid: number): number => {
  if (pid === process.pid) {
    const { user, system } = process.cpuUsage();
    return user + system;
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name is in brackets and may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) * microsPerTick;
};

/** Microseconds that all processors of the machine were busy, and that the hypervisor kept from them. */
export const machineMicros = (): { busy: number; stolen: number } => {
  const first = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = first
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { busy: (user + nice + system + irq + softirq) * microsPerTick, stolen: stolen * microsPerTick };
};

/** Resident memory of a process in bytes. */
export const residentBytes = (pid: number): number => {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line?.[1] ?? Number.NaN) * 1024;
};

/** The children of a process, their children included. */
export const descendants = (pid: number): number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  if (children === '') return [];
  return children.split(' ').flatMap((child) => [Number(child), ...descendants(Number(child))]);
};
