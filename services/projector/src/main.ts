import { runBusService } from '@edict/service-kit';
import { startProjectorService } from './projector-service.ts';

await runBusService('projector', startProjectorService);
