const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];
export type LogFields = Readonly<Record<string, unknown>>;

/** Says what happens, one line each. Errors among the fields are written with code and message. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that are on every line. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `json`: one object per line, for machines; `human`: time, level, message, fields. */
  readonly format: 'json' | 'human';
  /** Gets each line without its line feed; standard error when absent. */
  readonly write?: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export const createLogger = (options: LoggerOptions, fixed: LogFields = {}): Logger => {
  const { level, format, write = writeToStderr, now = Date.now } = options;
  const render = format === 'json' ? jsonLine : humanLine;
  const at =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LEVELS.indexOf(name) < LEVELS.indexOf(level)) return;
      write(render(new Date(now()).toISOString(), name, message, { ...fixed, ...fields }));
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => createLogger(options, { ...fixed, ...fields }),
  };
};

const writeToStderr = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const jsonLine = (at: string, level: LogLevel, message: string, fields: LogFields): string =>
  JSON.stringify({ ...plain(fields), at, level, message });

const humanLine = (at: string, level: LogLevel, message: string, fields: LogFields): string => {
  const facts = Object.entries(plain(fields)).map(
    ([name, value]) =>
      ` ${name}=${typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)}`,
  );
  return `${at.slice(11, 23)} ${level.padEnd(5)} ${message}${facts.join('')}`.replaceAll(/\s*\n\s*/g, ' ');
};

const plain = (fields: LogFields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, writable(value)]));

/** What JSON would lose or refuse. */
const writable = (value: unknown): unknown => {
  if (value instanceof Error) {
    const { code } = value as { code?: unknown };
    return { ...(code !== undefined && { code }), message: value.message };
  }
  return typeof value === 'bigint' ? String(value) : value;
};
