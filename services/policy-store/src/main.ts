import { runBusService } from '@edict/service-kit';
import { startPolicyStore } from './policy-store.ts';

await runBusService('policy-store', startPolicyStore);
