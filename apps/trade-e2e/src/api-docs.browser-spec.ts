import { openBrowser, screenshot, type TestBrowser } from '@trade/testing/browser';
import { TradeSystem } from './trade-system.js';

let system: TradeSystem;
let browser: TestBrowser;

beforeAll(async () => {
  [system, browser] = await Promise.all([TradeSystem.start(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});
afterEach(() => browser.expectNoProblems());

it('at /docs an order is placed by opening its operation and sending the example', async () => {
  // whatever the page wants from elsewhere fails, as it would without a network
  const page = await browser.newPage();
  await page.route(
    (url) => url.origin !== system.stack.orderUrl,
    (route) => route.abort(),
  );
  await page.goto(`${system.stack.orderUrl}/docs`);
  const operation = page.locator('#operations-orders-orderConfirm');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await operation.locator('.live-responses-table .response-col_status').filter({ hasText: '200' }).waitFor();
  expect(await operation.locator('.live-responses-table').textContent()).toContain('"payAmount": "1000.00"');
  await screenshot(page, 'api-docs');
});

it('/docs of pay-service shows its operations', async () => {
  const page = await browser.newPage();
  await page.goto(`${system.stack.payUrl}/docs`);
  await page.locator('#operations-payments-payCallback').waitFor();
});
