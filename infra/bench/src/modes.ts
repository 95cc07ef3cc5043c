/** What is asked, and who answers. */
export type Load = 'stock-echo' | 'thin-echo' | 'published' | 'verdict';

/** One row of the bench: a load at a number of requests in flight. */
export interface Mode {
  readonly load: Load;
  readonly inFlight: number;
}

export const LOAD_NAMES: Readonly<Record<Load, string>> = {
  'stock-echo': 'a  echo, nc.request',
  'thin-echo': 'b  echo, thin requester',
  published: 'c  one awaited js.publish each',
  verdict: 'd  durable verdict, SDK',
};

/** Every load in both widths, one round: the loads that a ratio compares follow one another. */
export const MODES: readonly Mode[] = [256, 1].flatMap((inFlight) => [
  { load: 'stock-echo', inFlight },
  { load: 'verdict', inFlight },
  { load: 'thin-echo', inFlight },
  { load: 'published', inFlight },
]);

export const modeKey = (mode: Mode): string => `${mode.load}/${mode.inFlight}`;

/** The process that answers a load; its processor time is the worker's. */
export const workerOf = (load: Load): 'enforcer' | 'responder' =>
  load === 'verdict' ? 'enforcer' : 'responder';
