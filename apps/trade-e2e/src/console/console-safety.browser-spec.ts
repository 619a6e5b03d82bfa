import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@trade/testing';
import {
  openBrowser,
  screenshot,
  seriousAccessibilityFindings,
  type Page,
  type PageOptions,
  type TestBrowser,
} from '@trade/testing/browser';
import { BrokerProcess } from './broker-process.js';

const PAGES = [
  ['', 'Cluster overview'],
  ['topics', 'Topics'],
  ['topics/orderTopic', 'orderTopic'],
  ['groups', 'Consumer groups'],
  ['groups/order_group', 'order_group'],
  ['messages?topic=orderTopic', 'Messages'],
  ['messages/orderTopic/:id', /[0-9A-F]{32}/],
  ['dead-letters', 'Dead letters'],
  ['dead-letters/order_group', 'Dead letters of order_group'],
  ['pending', 'Pending'],
  ['clients', 'Connected clients'],
] as const;
const HOSTILE = '<img src=x onerror="document.title=1">';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
const opened: Page[] = [];
afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
  browser.expectNoProblems();
});

async function newPage(options?: PageOptions): Promise<Page> {
  const page = await browser.newPage(options);
  opened.push(page);
  return page;
}

async function ask<T>(url: string, method: string, body?: object): Promise<T> {
  const init = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return (await (await fetch(url, { method, ...init })).json()) as T;
}

describe("the broker's console, for everybody", () => {
  let broker: BrokerProcess;
  let hostileId: string;

  beforeAll(async () => {
    broker = await BrokerProcess.start({ MQ_TOPICS: 'orderTopic:NORMAL,ledger:FIFO' });
    await ask(`${broker.url}/groups/order_group`, 'PUT', { maxAttempts: 3 });
    const body = { body: HOSTILE, tag: '</script>', keys: ['<b>k</b>'], userProperties: { '<i>': HOSTILE } };
    const sent = await ask<{ messageId: string }>(`${broker.url}/topics/orderTopic/messages`, 'POST', body);
    hostileId = sent.messageId;
    for (let i = 0; i < 8; i++)
      await ask(`${broker.url}/topics/orderTopic/messages`, 'POST', {
        body: JSON.stringify({ i, text: 'x'.repeat(i * 40) }),
      });
  });
  afterAll(() => broker?.stop());

  const openPage = async (page: Page, hash: string, heading: string | RegExp) => {
    await page.goto(`${broker.url}/console/#/${hash.replace(':id', hostileId)}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  };

  it.each(['light', 'dark'] as const)('has no serious finding of axe on any page, in %s', async (colorScheme) => {
    const page = await newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
    for (const [hash, heading] of PAGES) {
      await openPage(page, hash, heading);
      expect([hash, await seriousAccessibilityFindings(page)]).toEqual([hash, []]);
      if (hash.endsWith(':id')) await screenshot(page, `console-message-${colorScheme}`);
    }
    await openPage(page, 'topics', 'Topics');
    await page.getByRole('button', { name: 'New topic' }).click();
    expect(await seriousAccessibilityFindings(page)).toEqual([]);
    await screenshot(page, `console-dialog-${colorScheme}`);
  });

  it('fits on a phone: no page is wider than it', async () => {
    const page = await newPage({ viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true });
    for (const [hash, heading] of PAGES) {
      await openPage(page, hash, heading);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect([hash, width]).toEqual([hash, 375]);
    }
    await screenshot(page, 'console-phone-clients');
    await openPage(page, 'messages?topic=orderTopic', 'Messages');
    await page.getByRole('link', { name: hostileId }).waitFor();
    await screenshot(page, 'console-phone-messages');
  });

  it('needs no mouse, and a refresh takes nothing out of the hands', async () => {
    const page = await newPage();
    await openPage(page, '', 'Cluster overview');
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('Topics');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Topics' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('New topic');
    const asked = page.waitForResponse(/\/topics$/);
    await asked;
    expect(await focused()).toBe('New topic');
    await page.keyboard.press('Enter');
    await page.keyboard.type('byHand');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await focused()).toBe('New topic');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ledg');
    await eventually(async () => expect(await page.getByRole('row').count()).toBe(2));
    await page.waitForResponse(/\/topics$/);
    await page.keyboard.type('er');
    expect(await page.getByLabel('Filter topics').inputValue()).toBe('ledger');
  });

  it('says what is wrong where it is asked, and keeps what was typed', async () => {
    const page = await newPage({ expected: [/400/] });
    await openPage(page, 'topics/ledger', 'ledger');
    await page.getByRole('button', { name: 'Send a test message' }).click();
    await page.getByLabel('Message group').fill('g');
    await page.getByLabel('Properties').fill('no equals sign');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('This is no name=value: no equals sign').waitFor();
    await page.getByLabel('Properties').fill('KEYS=reserved');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await eventually(async () => expect(await page.getByRole('alert').innerText()).toMatch(/KEYS|reserved|property/i));
    expect(await page.getByLabel('Message group').inputValue()).toBe('g');
  });

  it('shows what users sent as text, whatever it is', async () => {
    const page = await newPage();
    await openPage(page, 'messages/orderTopic/:id', hostileId);
    expect(await page.locator('pre').innerText()).toBe(HOSTILE);
    await page.getByText('<b>k</b>').waitFor();
    await openPage(page, 'messages?by=key&q=%3Cb%3Ek%3C%2Fb%3E', 'Messages');
    await page.getByRole('link', { name: hostileId }).waitFor();
    expect(await page.locator('main img, main b, main script').count()).toBe(0);
    expect(await page.title()).toBe('Messages · Message broker');
  });

  it('keeps the theme that was chosen', async () => {
    const page = await newPage({ colorScheme: 'light' });
    await openPage(page, '', 'Cluster overview');
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('button', { name: 'Theme' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
  });

  it('is no door for pages of other sites', async () => {
    const other: Server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<title>other</title>'),
    );
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    try {
      const page = await newPage({ expected: [/./] });
      await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
      const outcomes = await page.evaluate(async (url) => {
        const body = JSON.stringify({ body: 'from elsewhere' });
        const json = { 'content-type': 'application/json' };
        const tries: [string, RequestInit][] = [
          ['/topics/orderTopic/messages', { method: 'POST', body, mode: 'no-cors' }],
          ['/topics/orderTopic/messages', { method: 'POST', body, headers: json }],
          ['/topics/evil', { method: 'PUT', body: '{}', headers: json }],
          ['/topics/orderTopic', { method: 'DELETE' }],
          ['/topics', { method: 'GET' }],
        ];
        const told: string[] = [];
        for (const [path, init] of tries)
          told.push(
            await fetch(url + path, init).then(
              ({ type }) => type,
              () => 'refused',
            ),
          );
        return told;
      }, broker.url);
      expect(outcomes).toEqual(Array(5).fill('refused'));
      const topics = await ask<{ name: string; messages: number }[]>(`${broker.url}/topics`, 'GET');
      expect(topics.map(({ name, messages }) => [name, messages])).toEqual([
        ['orderTopic', 9],
        ['ledger', 0],
      ]);
    } finally {
      await new Promise((closed) => other.close(closed));
    }
  });
});

describe("the broker's console, with an operator token", () => {
  const token = 'the-token-of-the-operator-of-this-broker';
  let broker: BrokerProcess;
  beforeAll(async () => {
    broker = await BrokerProcess.start({ MQ_ADMIN_TOKEN: token });
  });
  afterAll(() => broker?.stop());

  it('asks for it once a tab, and goes on showing what it knew when the broker dies', async () => {
    const page = await newPage({
      expected: [/401/, /ERR_CONNECTION_REFUSED/, /ERR_EMPTY_RESPONSE/, /ERR_CONNECTION_RESET/],
    });
    await page.goto(`${broker.url}/`);
    await page.getByRole('textbox', { name: 'Token' }).fill('a guess');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('This is not the token.').waitFor();
    await screenshot(page, 'console-token');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sign in …' }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill(token);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Cluster overview' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Cluster overview' }).waitFor();
    await broker.kill();
    await page.getByText('Not connected').waitFor();
    await page.getByRole('heading', { level: 1, name: 'Cluster overview' }).waitFor();
  });
});
