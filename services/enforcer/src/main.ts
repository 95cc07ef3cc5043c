import { runBusService } from '@edict/service-kit';
import { startEnforcer } from './enforcer.ts';

await runBusService('enforcer', startEnforcer);
