import 'reflect-metadata';
import { describeService } from '@trade/service-kit';
import { payService } from './service.js';

describe('the description of pay-service', () => {
  it('has every route that is answered, and no other', async () => {
    const { routes, operations } = await describeService(payService);
    expect(operations).toEqual(routes);
    expect(routes).toContain('POST /pay/callbackPayment');
  });
});
