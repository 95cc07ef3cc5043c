import type { Row, Sample } from './sample.ts';

/** Something that is measured once per round. */
export interface Variant {
  readonly name: string;
  readonly reference?: boolean;
  /** Measures one window; whatever must be over before the next one begins is over when it settles. */
  readonly sample: () => Promise<Sample>;
}

/**
 * Gives each variant one window per round, so that what changes on the machine meanwhile meets all of them. Every other
 * round goes backwards: what gets slower with time does not always meet the last one.
 */
export const measureRounds = async (rounds: number, variants: readonly Variant[]): Promise<Row[]> => {
  const samples = variants.map((): Sample[] => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...variants.keys()];
    if (round % 2 === 1) order.reverse();
    for (const index of order) {
      const sample = await variants[index]?.sample();
      if (sample !== undefined) samples[index]?.push(sample);
    }
  }
  return variants.map(({ name, reference }, index) => ({
    name,
    ...(reference === true && { reference }),
    samples: samples[index] ?? [],
  }));
};
