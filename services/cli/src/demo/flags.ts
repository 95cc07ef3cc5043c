import { parseArgs } from 'node:util';
import { badInput } from '../stop.ts';

export interface DemoFlags {
  /** End after the scenario instead of staying up. */
  readonly once: boolean;
  readonly json: boolean;
  readonly nats: string | undefined;
  readonly data: string | undefined;
}

/** The flags of `npm start`. Throws a Stop (exit 2) that names what it does not know. */
export const parseDemoFlags = (argv: readonly string[]): DemoFlags => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        nats: { type: 'string' },
        data: { type: 'string' },
      },
    });
    return { once: values.once, json: values.json, nats: values.nats, data: values.data };
  } catch (error) {
    throw badInput((error as Error).message, ['npm start -- [--once] [--json] [--nats URL] [--data FOLDER]']);
  }
};
