import { anOrder, eventually } from '@trade/testing';
import {
  openBrowser,
  screenshot,
  seriousAccessibilityFindings,
  type Page,
  type PageOptions,
  type TestBrowser,
} from '@trade/testing/browser';
import { TradeSystem } from './trade-system.js';

/** The console of a browser tells of every answer that says no. */
const REFUSED = /status of (409|503|504)/;
const PHONE = { viewport: { width: 390, height: 844 } };

let system: TradeSystem;
let browser: TestBrowser;

beforeAll(async () => {
  [system, browser] = await Promise.all([TradeSystem.start({ env: { RPC_DEADLINE_MS: '1500' } }), openBrowser()]);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});
afterEach(() => browser.expectNoProblems());

async function open(path: string, options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options });
  await page.goto(system.stack.orderUrl + path);
  return page;
}

async function placeOrder(page: Page, { coupon = false } = {}): Promise<void> {
  await page.locator('#place').waitFor();
  if (coupon) await page.locator('select[name=coupon]').selectOption({ index: 1 });
  await page.locator('input[name=money]').fill('10');
  await page.locator('#place').click();
  await page.waitForURL(/order\.html/);
}

async function arm(page: Page, step: string, fault: string): Promise<void> {
  await page.locator('details.break summary').click();
  await page.locator('#arm select[name=step]').selectOption(step);
  await page.locator('#arm select[name=fault]').selectOption(fault);
  await page.locator('#arm button').click();
  await page.getByText('Armed').waitFor();
}

/** Waits until the chart shows all of these. */
async function seen(page: Page, ...labels: string[]): Promise<void> {
  await eventually(
    async () => {
      const texts = await page.locator('.chart svg text').allTextContents();
      const missing = labels.filter((label) => !texts.some((text) => text.includes(label)));
      if (missing.length > 0) throw new Error(`not on the timeline: ${missing.join(', ')}`);
    },
    { timeoutMs: 25_000, intervalMs: 200 },
  );
}

it('an order is placed and paid, and its timeline shows it across the services', async () => {
  const page = await open('/');
  await page.locator('#place').waitFor();
  await screenshot(page, 'shop');
  expect(await seriousAccessibilityFindings(page)).toEqual([]);
  await placeOrder(page, { coupon: true });
  await seen(page, 'GetGoods', 'HoldStock', 'stock held', 'coupon used', 'paid from balance', 'order confirmed');

  await page.locator('#pay').click();
  await page.locator('[data-outcome=twice]').click();
  await page.getByText('taken by the shop').nth(1).waitFor();
  await screenshot(page, 'cashier');
  expect(await seriousAccessibilityFindings(page)).toEqual([]);
  await page.locator('#back').click();
  await seen(page, 'payment paid', 'pay_success', 'order paid', 'score credited', 'payment logged');
  await page.locator('#chips').getByText('paid').waitFor();
  await screenshot(page, 'timeline-paid');
  expect(await seriousAccessibilityFindings(page)).toEqual([]);
  await system.settled();
});

it('an order that fails shows how it was taken back', async () => {
  const page = await open('/', { expected: [REFUSED] });
  await arm(page, 'serve user.PayFromBalance', 'refuse');
  await placeOrder(page);
  await page.getByText('balance does not cover it').first().waitFor();
  await seen(page, 'broken on purpose', 'order cancelled', 'order_cancel', 'stock released', 'fence: tombstone');
  await page.locator('#chips').getByText('cancelled').waitFor();
  await screenshot(page, 'timeline-compensation');
  await system.settled();
});

it('a service that dies in the middle heals, before the eyes of its customer', async () => {
  const page = await open('/', { expected: [REFUSED] });
  await arm(page, 'serve goods.HoldStock', 'die-after');
  await placeOrder(page);
  await seen(
    page,
    'kill its process right after',
    'stock held',
    'order cancelled',
    'process started again',
    'stock released',
  );
  await screenshot(page, 'timeline-killed');
  await system.settled();
});

it('a process is killed from the panel and comes back', async () => {
  const before = system.stack.process('goods-service').pid;
  const page = await open('/', { expected: [REFUSED] });
  await page.locator('details.break summary').click();
  await page.locator('#kill select[name=process]').selectOption('goods-service');
  await page.locator('#kill button').click();
  await page.getByText('Killed.').waitFor();
  await eventually(() => system.stack.process('goods-service').pid !== before, { timeoutMs: 20_000 });
  await eventually(async () => (await fetch(`${system.stack.orderUrl}/goods`)).ok, { timeoutMs: 20_000 });
});

it('what comes too late is refused, what comes twice is swallowed, and what cannot be sent waits', async () => {
  const sandbox = async (path: string, body: object) =>
    expect((await system.shop.post(`${system.stack.orderUrl}/sandbox/${path}`, body)).status).toBe(200);
  const named = async (orderId: string) => {
    const timeline = await fetch(`${system.stack.orderUrl}/order/${orderId}/timeline`);
    const { data } = (await timeline.json()) as {
      data: { events: { kind: string; name: string; failure: string | null }[] };
    };
    return data.events.map(({ kind, name, failure }) => `${kind} ${name}${failure ? ` ${failure}` : ''}`);
  };
  const showing = (orderId: string, ...events: string[]) =>
    eventually(async () => expect(await named(orderId)).toEqual(expect.arrayContaining(events)), { timeoutMs: 25_000 });

  await sandbox('faults', { step: 'serve goods.HoldStock', fault: 'late' });
  await system.shop.confirm(anOrder());
  const { data: orders } = await system.shop.orders(anOrder().userId);
  const late = orders[0]!.orderId;
  await sandbox('faults', { step: 'receive pay_success', fault: 'twice' });
  await sandbox('kills', { process: 'mq-broker', awayMs: 3_000 });
  const { data: order } = await system.shop.confirm(anOrder());
  await showing(order.orderId, 'state message waits in the outbox');
  const { orderId, payAmount } = order;
  const { data: payment } = await system.shop.createPayment({ orderId, payAmount });
  await system.shop.callback({ payId: payment.payId, isPaid: 2 });
  await showing(late, 'call goods.HoldStock SHOP_SERVICE_TIMEOUT', 'state order cancelled before it held stock');
  await showing(late, 'serve goods.HoldStock SHOP_ORDER_CANCELLED');
  await showing(order.orderId, 'send order_confirm', 'send pay_success', 'state order paid', 'duplicate pay_success');
  await system.settled();
});

it('the pages speak Chinese, on a phone and in the dark', async () => {
  const page = await open('/', { ...PHONE, colorScheme: 'dark' });
  await page.locator('#language').click();
  await page.getByRole('heading', { name: '下一单，再把它弄坏' }).waitFor();
  await page.locator('#place').waitFor();
  await screenshot(page, 'shop-phone-dark-zh');
  expect(await seriousAccessibilityFindings(page)).toEqual([]);
  await page.locator('#place').click();
  await page.waitForURL(/order\.html/);
  await page.locator('.events').getByText('库存已占用').waitFor();
  await screenshot(page, 'timeline-phone-dark-zh');
  expect(await seriousAccessibilityFindings(page)).toEqual([]);
  const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
    '(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)',
  );
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
});
