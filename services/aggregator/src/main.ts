import { runBusService } from '@edict/service-kit';
import { startAggregator } from './aggregator.ts';

await runBusService('aggregator', startAggregator);
