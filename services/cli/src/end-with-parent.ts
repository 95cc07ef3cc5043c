/**
 * Ends this process when the wrapper that started it is gone. The wrapper (an older Node) cannot take its child along
 * when it is killed; the end of the channel between them is the only sign of it.
 */
export const endWithParent = (): void => {
  if (process.channel === undefined || process.channel === null) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
};
