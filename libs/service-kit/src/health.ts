/** `ok`: all as it should be; `degraded`: answers, with something to look at; `down`: denies or cannot answer. */
export type HealthState = 'ok' | 'degraded' | 'down';

export interface HealthReport {
  readonly state: HealthState;
  /** What to know about it, for people. */
  readonly detail?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface HealthSummary {
  /** The worst of all. */
  readonly state: HealthState;
  readonly parts: Readonly<Record<string, HealthReport>>;
}

/** Collects what each part of a process says about itself. */
export interface Health {
  /** Adds a part; it is asked each time. The result takes it out. */
  add(name: string, ask: () => HealthReport): () => void;
  summary(): HealthSummary;
}

const WORSE: readonly HealthState[] = ['ok', 'degraded', 'down'];

export const createHealth = (): Health => {
  const parts = new Map<string, () => HealthReport>();
  return {
    add: (name, ask) => {
      if (parts.has(name)) throw new Error(`health has a part ${name} already`);
      parts.set(name, ask);
      return () => void parts.delete(name);
    },
    summary: () => {
      const reports: Record<string, HealthReport> = {};
      let state: HealthState = 'ok';
      for (const [name, ask] of parts) {
        const report = asked(ask);
        reports[name] = report;
        if (WORSE.indexOf(report.state) > WORSE.indexOf(state)) state = report.state;
      }
      return { state, parts: reports };
    },
  };
};

const asked = (ask: () => HealthReport): HealthReport => {
  try {
    return ask();
  } catch (error) {
    return { state: 'down', detail: error instanceof Error ? error.message : String(error) };
  }
};
