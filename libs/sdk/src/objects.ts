/** Whether a message is what every message must be, whatever its type says: callers in JavaScript have none. */
export const isObject = (message: unknown): message is object =>
  typeof message === 'object' && message !== null && !Array.isArray(message);

export const NOT_AN_OBJECT = 'the message must be an object';
