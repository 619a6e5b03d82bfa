import { once } from 'node:events';
import { eventually, freePort } from '@trade/testing';
import { newId } from './books.js';
import { aCustomer, anOrderOf, openPayment, paymentArrived, placeOrder } from './customer.js';
import { signature, type OrderView } from './shop-client.js';
import { CALLBACK_SECRET, TradeSystem, type ExtraInstance } from './trade-system.js';

const TOLERANCE_S = 300;
const now = () => Math.floor(Date.now() / 1000);

describe('a payment callback', () => {
  let system: TradeSystem;
  let order: OrderView;
  let body: string;

  beforeAll(async () => {
    system = await TradeSystem.start();
  });
  afterAll(() => system?.stop());
  beforeEach(async () => {
    order = await placeOrder(system.shop, anOrderOf(await aCustomer(system.books)));
    const { payId } = await openPayment(system.shop, order);
    body = JSON.stringify({ payId, isPaid: 2 });
    // what the order still sends is not what a callback wrote
    await system.settled();
  });

  const signed = (secret = CALLBACK_SECRET, atSeconds = now()) => signature(body, secret, atSeconds);
  const v1Of = (header: string) => header.split(',')[1]!;

  it.each<[string, () => string | undefined]>([
    ['without a signature', () => undefined],
    ['with an empty signature', () => ''],
    ['signed with another key', () => signed('guessed')],
    ['whose signature is older than the tolerance', () => signed(CALLBACK_SECRET, now() - TOLERANCE_S - 5)],
    ['whose signature is from the future', () => signed(CALLBACK_SECRET, now() + TOLERANCE_S + 5)],
    ['signed for another time', () => signed().replace(/^t=\d+/, `t=${now() - 10}`)],
    ['signed for another body', () => signature(body.replace('2}', '1}'), CALLBACK_SECRET)],
    ['with a time and no signature', () => `t=${now()}`],
    ['with a signature and no time', () => v1Of(signed())],
    ['with an unknown scheme', () => signed().replace('v1=', 'v0=')],
    ['with half a signature', () => signed().slice(0, -32)],
    ['with nonsense', () => 't=NaN,v1=zz'],
  ])('%s is refused, and nothing is paid', async (_what, header) => {
    const before = await system.books.rowCounts();
    const answer = await system.shop.callbackSigned(body, header());
    expect(answer).toMatchObject({ status: 401, success: false, code: 'SHOP_PAY_SIGNATURE_INVALID' });
    expect(answer.text).not.toContain(CALLBACK_SECRET);
    expect(await system.books.rowCounts()).toEqual(before);
    expect((await system.shop.payment(payIdOf(body))).data.isPaid).toBe(0);
  });

  it('that tells a stranger nothing: an unknown payment and a wrong field are refused for the signature', async () => {
    for (const wrong of [JSON.stringify({ payId: newId(), isPaid: 2 }), '{"colour":"red"}']) {
      expect(await system.shop.callbackSigned(wrong, 't=1,v1=00')).toMatchObject({ status: 401 });
    }
  });

  it('is taken when one of several signatures is right, while the platform changes its key', async () => {
    const header = `${signed('the next key')},${v1Of(signed())},v2=unknown`;
    expect(await system.shop.callbackSigned(body, header)).toMatchObject({ status: 200, data: { isPaid: 2 } });
    await paymentArrived(system.books, order);
    await system.settled();
  });

  it('is taken up to the edge of the tolerance', async () => {
    const header = signed(CALLBACK_SECRET, now() - TOLERANCE_S + 10);
    expect(await system.shop.callbackSigned(body, header)).toMatchObject({ status: 200 });
    await paymentArrived(system.books, order);
  });

  it('with another amount than the payment is refused', async () => {
    const payId = payIdOf(body);
    for (const payAmount of ['0.01', '50.01', '0']) {
      const answer = await system.shop.callback({ payId, isPaid: 2, payAmount });
      expect(answer).toMatchObject({ status: 400, code: 'SHOP_PAY_AMOUNT_INVALID' });
    }
    expect((await system.shop.payment(payId)).data.isPaid).toBe(0);
  });

  it('that the money is not there yet changes nothing', async () => {
    const payId = payIdOf(body);
    expect(await system.shop.callback({ payId, isPaid: 1 })).toMatchObject({ status: 200, data: { isPaid: 0 } });
    expect((await system.books.orderOf(order.userId)).payStatus).toBe(0);
  });

  describe('of a pay-service without a key', () => {
    const startPayService = async (env: Record<string, string>): Promise<ExtraInstance & { url: string }> => {
      const [httpPort, grpcPort] = [await freePort(), await freePort()];
      const instance = system.startInstance('pay-service', {
        DATABASE_URL: system.databaseUrl('trade_pay'),
        ORDER_GRPC_ADDRESS: `127.0.0.1:${system.stack.port('ORDER_GRPC_PORT')}`,
        PAY_HTTP_PORT: String(httpPort),
        PAY_GRPC_PORT: String(grpcPort),
        ...env,
      });
      return { ...instance, url: `http://127.0.0.1:${httpPort}` };
    };

    it('is not taken in production: the service refuses to start and says why', async () => {
      const { process, log } = await startPayService({ NODE_ENV: 'production' });
      const [code] = (await once(process, 'exit')) as [number];
      expect(code).not.toBe(0);
      expect(log()).toContain('PAY_CALLBACK_SECRET');
    });

    it('is taken unsigned elsewhere, with a loud warning at the start', async () => {
      const { log, url } = await startPayService({});
      await eventually(async () => (await fetch(`${url}/health/ready`)).ok, { timeoutMs: 30_000 });
      expect(log()).toMatch(/"level":"warn".*PAY_CALLBACK_SECRET/);
      const answer = await system.shop.post(`${url}/pay/callbackPayment`, body);
      expect(answer).toMatchObject({ status: 200, data: { isPaid: 2 } });
      await paymentArrived(system.books, order);
    });
  });
});

function payIdOf(body: string): string {
  return (JSON.parse(body) as { payId: string }).payId;
}
