import { bootService, run } from '@trade/service-kit';
import { payService } from './service.js';

run(() => bootService(payService));
