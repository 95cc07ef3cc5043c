import { connect } from 'node:net';

/** Whether something that speaks NATS answers there: a server greets with INFO before anybody logs in. */
export const answersAsNats = (url: string, timeoutMs = 1_000): Promise<boolean> =>
  new Promise((resolve) => {
    const place = hostAndPort(url);
    if (place === undefined) return resolve(false);
    const socket = connect({ ...place, timeout: timeoutMs });
    const finish = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    let greeting = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      greeting += chunk;
      if (greeting.length >= 5) finish(greeting.startsWith('INFO '));
    });
    socket.on('timeout', () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
  });

/** Reads `nats://host:port`, `host:port` or `host`; `undefined` when it is none of them. */
export const hostAndPort = (url: string): { host: string; port: number } | undefined => {
  const withScheme = url.includes('://') ? url : `nats://${url}`;
  if (!URL.canParse(withScheme)) return undefined;
  const { hostname, port } = new URL(withScheme);
  if (hostname === '') return undefined;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 4222 : Number(port) };
};
