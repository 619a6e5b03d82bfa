import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anOrder } from './an-order.js';
import { copyCheckout } from './checkout-copy.js';
import { eventually } from './eventually.js';
import { startStack, type Stack } from './stack.js';

const STACK_STARTS_WITHIN_MS = 120_000;
const RESTARTED = { timeoutMs: 30_000 };
const STOCK_HOLDS = 'apps/goods-service/src/stock-holds.ts';

describe('npm run dev', () => {
  const checkout = copyCheckout();
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({}, { checkout: checkout.path, watch: true });
    await eventually(() => stack.output.includes('watching apps/ and libs/'), RESTARTED);
  }, STACK_STARTS_WITHIN_MS);
  afterAll(async () => {
    await stack?.stop();
    checkout.remove();
  }, STACK_STARTS_WITHIN_MS);

  it('shows what the services log, each line behind its name, for people to read', async () => {
    await order();
    await eventually(() => /^goods-service +│ \d\d:\d\d:\d\d\.\d{3} stock held .*goodsId=\d+/m.test(stack.output));
    expect(stack.output).not.toMatch(/^\{/m);
    expect(stack.output).not.toContain('dependencies initialized');
  });

  it('a source of a service that changes restarts that service alone, with the change', async () => {
    const before = stack.pids();
    edit(STOCK_HOLDS, "'stock held'", "'stock held, as changed'");
    await restarted('goods-service', 'stock-holds.ts');
    expect(changedSince(before)).toEqual(['goods-service']);
    await eventually(async () => (await order()) === 200, RESTARTED);
    await eventually(() => /^goods-service .*stock held, as changed/m.test(stack.output));
  });

  it('a source of a library that changes restarts the services that use it', async () => {
    const before = stack.pids();
    edit('libs/outbox/src/relay.ts', '\n', '\n// a change\n');
    await restarted('order-service', 'relay.ts');
    await restarted('pay-service', 'relay.ts');
    expect(changedSince(before)).toEqual(['order-service', 'pay-service']);
  });

  it('a source that does not compile restarts nothing until it is mended', async () => {
    const before = stack.pids();
    edit(STOCK_HOLDS, 'export class', 'export clas');
    await eventually(() => stack.output.includes('stock-holds.ts does not compile'), RESTARTED);
    expect(changedSince(before)).toEqual([]);
    edit(STOCK_HOLDS, 'export clas', 'export class');
    await eventually(() => changedSince(before).includes('goods-service'), RESTARTED);
  });

  async function order(): Promise<number> {
    const answer = await fetch(`${stack.orderUrl}/order/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(anOrder()),
    });
    return answer.status;
  }

  function edit(path: string, from: string, to: string): void {
    const file = join(checkout.path, path);
    const source = readFileSync(file, 'utf8');
    expect(source).toContain(from);
    writeFileSync(file, source.replace(from, to));
  }

  async function restarted(name: string, file: string): Promise<void> {
    await eventually(() => stack.output.includes(`${name} runs with the new ${file}`), RESTARTED);
  }

  function changedSince(before: Map<string, number>): string[] {
    const now = stack.pids();
    return [...before]
      .filter(([name, pid]) => now.get(name) !== pid)
      .map(([name]) => name)
      .sort();
  }
});
