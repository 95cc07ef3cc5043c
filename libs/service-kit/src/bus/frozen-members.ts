/** What the server of this product waits for, and what is recommended for any other. */
const SHORT_MS = 10_000;
const ADVICE = 'its configuration should say ping_interval: "1s" and ping_max: 2';

/**
 * What a NATS server's ping timeout (milliseconds) means for a process that is frozen: until then the server goes on
 * giving it its share of the requests, which nobody answers. `undefined`: the server does not tell.
 */
export const frozenMembers = (timeoutMs: number | undefined): string => {
  if (timeoutMs === undefined) {
    return `the NATS server does not tell how long a frozen process keeps its share of requests (up to 6 min by default); ${ADVICE}`;
  }
  const found = `a frozen process keeps its share of requests for ${timeoutMs / 1_000} s at the most`;
  return timeoutMs <= SHORT_MS ? found : `${found}, which is long; ${ADVICE}`;
};
