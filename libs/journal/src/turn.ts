let waiting: (() => void)[] = [];

/**
 * Settles once everything that this turn of the event loop has read was handed over, for all hosts at once: what came
 * in together shares commits, and the commits and replies of all hosts share writes to the socket. It costs no timer:
 * at idle the turn is over at once.
 */
export const turnEnd = (): Promise<void> =>
  new Promise((resolve) => {
    if (waiting.length === 0) setImmediate(endTurn);
    waiting.push(resolve);
  });

const endTurn = (): void => {
  const all = waiting;
  waiting = [];
  for (const resolve of all) resolve();
};
