import type { Clock } from './clock.ts';

/** Wakes a host when the earliest deadline of its state passes. */
export interface DeadlineTimer {
  /**
   * Looks at the state and sets the alarm anew; does nothing while what was due is being decided. What the alarm could
   * not ring for, because a try-out was under way, is sent at once.
   */
  arm(): void;
  /** The same for an alarm that is not disarmed. */
  look(): void;
  disarm(): void;
}

export interface DeadlineTimerOptions<D> {
  readonly clock: Clock;
  /** Whether the state may be looked at now: not while a try-out is under way. */
  readonly ready: () => boolean;
  readonly nextDeadline: () => number | undefined;
  /** What is due by a time. */
  readonly due: (now: number) => readonly D[];
  /** Sends one due thing and calls `settled` once, when it was decided or refused. */
  readonly send: (due: D, settled: () => void) => void;
}

/** The wall clock may jump while a timer runs: no deadline is waited for longer than this without a look. */
const MOST_WAIT_MS = 1_000;
const PAUSE_MS = 100;

export const createDeadlineTimer = <D>({
  clock,
  ready,
  nextDeadline,
  due,
  send,
}: DeadlineTimerOptions<D>): DeadlineTimer => {
  let cancel: () => void = () => {};
  let armed = false;
  let unsettled = 0;
  /** What the alarm is set for; most commits leave the earliest deadline as it is. */
  let setFor: number | undefined;
  /** The earliest deadline when the alarm last rang. */
  let rungFor: number | undefined;
  /** Whether the alarm rang during a try-out: under load there may be no other time. */
  let missed = false;

  const settled = (): void => {
    unsettled -= 1;
    if (unsettled === 0 && armed) timer.arm();
  };
  /** A deadline that is due again right after the alarm rang for it was refused: it is tried again a little later. */
  const waitFor = (deadline: number): number => {
    const wait = Math.max(0, Math.min(deadline - clock.now(), MOST_WAIT_MS));
    return wait === 0 && deadline === rungFor ? PAUSE_MS : wait;
  };
  const ring = (): void => {
    setFor = undefined;
    missed = armed && !ready();
    if (!armed || missed) return;
    const earliest = nextDeadline();
    rungFor = earliest !== undefined && earliest <= clock.now() ? earliest : undefined;
    const fallen = due(clock.now());
    unsettled = fallen.length;
    for (const each of fallen) send(each, settled);
    // A deadline that passed but yields nothing would ring again at once: look again a little later.
    if (fallen.length === 0) cancel = clock.after(1, () => timer.arm());
  };
  const timer: DeadlineTimer = {
    arm: () => {
      armed = true;
      if (unsettled > 0 || !ready()) return;
      if (missed) return ring();
      const deadline = nextDeadline();
      if (deadline === setFor) return;
      cancel();
      setFor = deadline;
      if (deadline === undefined) return;
      cancel = clock.after(waitFor(deadline), ring);
    },
    look: () => {
      if (armed) timer.arm();
    },
    disarm: () => {
      armed = false;
      setFor = undefined;
      missed = false;
      cancel();
    },
  };
  return timer;
};
