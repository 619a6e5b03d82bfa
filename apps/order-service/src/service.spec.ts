import 'reflect-metadata';
import { describeService } from '@trade/service-kit';
import { orderService } from './service.js';

describe('the description of order-service', () => {
  it('has every route that is answered, and no other', async () => {
    const { routes, operations } = await describeService(orderService);
    // the sandbox is a toy of development: production does not answer there
    expect(operations).toEqual(routes.filter((route) => !/^\w+ \/sandbox(\/|$)/.test(route)));
    expect(routes).toContain('POST /order/confirm');
  });
});
