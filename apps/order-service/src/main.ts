import { bootService, run } from '@trade/service-kit';
import { orderService } from './service.js';

run(() => bootService(orderService));
