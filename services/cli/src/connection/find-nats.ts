import { checkedNatsUrl } from '../input/nats-url.ts';
import { Stop, unavailable } from '../stop.ts';
import { readStates, removeState, type UpState } from './state-file.ts';

/** How a verb finds its NATS; the ports are what a test replaces. */
export interface NatsSearch {
  readonly flag: string | undefined;
  readonly environment: string | undefined;
  readonly stateDir: string;
  readonly answers: (url: string) => Promise<boolean>;
  readonly isAlive: (pid: number) => boolean;
}

export const HOW_TO_START = [
  'start one in another terminal:   npx edict up',
  'or name one that runs:           --nats nats://host:4222   (or EDICT_NATS_URL)',
];

/**
 * The NATS to use: `--nats`, else the environment, else the one `edict up` that answers.
 * A state file counts only when a connection succeeds; the file of a dead process that nothing answers for is removed.
 * Throws a Stop: exit 2 when several answer or the environment names none, exit 3 when none does.
 */
export const findNats = async (search: NatsSearch): Promise<string> => {
  const { flag, environment } = search;
  if (flag !== undefined) return flag;
  if (environment !== undefined) return checkedNatsUrl('EDICT_NATS_URL', environment);
  const live = await liveStates(search);
  const [first, second] = live;
  if (first === undefined)
    throw unavailable('no NATS to talk to: no `edict up` is running here', HOW_TO_START);
  if (second === undefined) return first.url;
  throw new Stop(2, `${live.length} instances of \`edict up\` are running; say which with --nats`, {
    code: 'BAD_REQUEST',
    advice: live.map(({ url, data, pid }) => `--nats ${url}   (pid ${pid}, data in ${data})`),
  });
};

const liveStates = async ({ stateDir, answers, isAlive }: NatsSearch): Promise<readonly UpState[]> => {
  const states = readStates(stateDir);
  const answered = await Promise.all(states.map(({ url }) => answers(url)));
  const byUrl = new Map<string, UpState>();
  states.forEach((state, i) => {
    if (answered[i]) byUrl.set(state.url, state);
    else if (!isAlive(state.pid)) removeState(stateDir, state.pid);
  });
  return [...byUrl.values()];
};

/** Whether a process with this id exists, whoever it belongs to. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
