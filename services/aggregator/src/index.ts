export { type Aggregator, startAggregator } from './aggregator.ts';
