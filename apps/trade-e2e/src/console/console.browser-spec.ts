import type { ReceivedMessage } from '@trade/messaging';
import { eventually } from '@trade/testing';
import { openBrowser, screenshot, type Page, type TestBrowser } from '@trade/testing/browser';
import { BrokerProcess } from './broker-process.js';
import { startClients, type ShopClients } from './shop-clients.js';

const GROUP = 'goods_orderTopic_group';
const MQ_TOPICS = 'orderTopic:NORMAL,timeoutTopic:DELAY,txTopic:TRANSACTION';

/** The part of the browser's HTMLTableSectionElement that is used. */
interface Body {
  rows: Iterable<{ cells: Iterable<{ innerText: string }> }>;
}

describe("the broker's console", () => {
  let broker: BrokerProcess;
  let clients: ShopClients;
  let browser: TestBrowser;
  let page: Page;
  /** Keys of what the listener got, in order. */
  const handled: string[] = [];
  let failing = false;

  beforeAll(async () => {
    broker = await BrokerProcess.start({ MQ_TOPICS, MQ_LONG_POLLING_MS: '2000', MQ_CONFIG_FILE: '' });
    clients = await startClients(broker.endpoint, { topic: 'orderTopic', group: GROUP }, listen);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await clients?.close();
    await broker?.stop();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  });
  afterEach(async () => {
    await page.context().close();
    browser.expectNoProblems();
  });

  function listen({ key }: ReceivedMessage): void {
    handled.push(key);
    if (failing) throw new Error('out of stock');
  }

  async function open(hash: string, heading: string | RegExp): Promise<void> {
    await page.goto(`${broker.url}/console/#/${hash}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  /** The cells of a table's rows. */
  const rows = (table: string): Promise<string[][]> =>
    page
      .getByRole('table', { name: table })
      .locator('tbody')
      .evaluate((body: unknown) =>
        [...(body as Body).rows].map(({ cells }) => [...cells].map((cell) => cell.innerText)),
      );
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const send = (key: string) =>
    clients.publisher.send({ topic: 'orderTopic', keys: [key], body: `{"orderId":${key}}` });

  it('shows clients of the gRPC protocol as online, with language and version', async () => {
    await send('first');
    await open('clients', 'Connected clients');
    const text = expect.any(String) as string;
    expect((await rows('Connected clients')).sort(([, , a = ''], [, , b = '']) => a.localeCompare(b))).toEqual([
      [text, 'online', 'producer', '–', text, 'Node.js', '1.0.8', text],
      [text, 'online', 'push consumer', GROUP, 'orderTopic', 'Node.js', '1.0.8', text],
    ]);
    await open('groups', 'Consumer groups');
    // a message may be on its way just now
    await eventually(async () =>
      expect(await rows('Consumer groups')).toEqual([[GROUP, 'orderTopic', '1 online', '0', '0', '0', '–', '0']]),
    );
  });

  it('shows what goes in and out, and the lag as it is', async () => {
    const before = handled.length;
    for (let i = 0; i < 30; i++) await send(`34595${i}`);
    await eventually(() => handled.length === before + 30);
    await open('', 'Cluster overview');
    await page.getByText('takes messages').waitFor();
    const tile = (name: string) =>
      page
        .locator('.tile', { has: page.getByText(name, { exact: true }) })
        .locator('strong')
        .innerText();
    await eventually(async () => expect(await tile('In')).not.toBe('0/s'));
    expect(await tile('Lag')).toBe('0');
    expect(await tile('Clients')).toBe('2');
    // The broker takes a sample every five seconds.
    await page.getByRole('img', { name: /Messages per second: in [\d.]+ now, [1-9].*out/ }).waitFor();
    await page.getByRole('img', { name: /Lag of all groups: messages 0 now/ }).waitFor();
    await screenshot(page, 'console-overview');
  });

  it('creates a topic, sends a test message, finds it by its key, and tells who consumed it', async () => {
    const got: string[] = [];
    await open('topics', 'Topics');
    await button('New topic').click();
    await page.getByLabel('Name').fill('testTopic');
    await page.getByLabel('Queues').fill('2');
    await button('Create').click();
    await page.getByRole('link', { name: 'testTopic' }).click();
    await page.getByRole('heading', { level: 1, name: 'testTopic' }).waitFor();
    const group = 'test_group';
    const consumer = await startClients(broker.endpoint, { topic: 'testTopic', group }, ({ key }) => got.push(key));
    try {
      await button('Send a test message').click();
      // As an integer it is above 2^53: no digit may be lost on the way to the eye.
      await page.getByLabel('Body').fill('{"orderId":345959443973935104,"goods":[]}');
      await page.getByLabel('Keys').fill('345959443973935104 second');
      await page.getByLabel('Properties').fill('region = north\nnote=a=b');
      await button('Send').click();
      await page.getByText(/^Sent [0-9A-F]{32}\.$/).waitFor();
      await eventually(() => got.length === 1);

      await open('messages', 'Messages');
      await page.getByLabel('Search by').selectOption('key');
      await page.getByRole('textbox', { name: 'Key' }).fill('345959443973935104');
      await button('Search').click();
      await eventually(async () => expect(await rows('Messages found')).toHaveLength(1));
      const [[messageId = '']] = (await rows('Messages found')) as [string[]];
      await page.getByRole('link', { name: messageId }).click();
      await page.getByText('"orderId": 345959443973935104,').waitFor();
      expect(await rows('Properties')).toEqual([
        ['note', 'a=b'],
        ['region', 'north'],
      ]);
      const time = expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/) as string;
      await eventually(async () =>
        expect(await rows('Deliveries')).toEqual([
          [group, '1', 'acknowledged', time, time, expect.stringMatching(/ m?s$/), expect.stringContaining('@')],
        ]),
      );
      await button('hex').click();
      await page.getByText('00000000  7b 22 6f 72 64 65 72 49').waitFor();
      await screenshot(page, 'console-message');
    } finally {
      await consumer.close();
    }
  });

  it('shows dead letters, sends one and then all of them again, each once', async () => {
    failing = true;
    for (const key of ['dead-1', 'dead-2', 'dead-3']) await send(key);
    await open('dead-letters', 'Dead letters');
    await eventually(async () =>
      expect((await rows('Groups with dead letters'))[0]?.slice(0, 3)).toEqual([GROUP, '3', '0']),
    );
    failing = false;
    handled.length = 0;
    await page.getByRole('link', { name: GROUP }).click();
    const table = `Dead letters of ${GROUP}`;
    await eventually(async () => expect(await rows(table)).toHaveLength(3));
    expect((await rows(table)).map(([, from, , , key, body]) => [from, key, body]).sort()).toEqual(
      ['dead-1', 'dead-2', 'dead-3'].map((key) => ['orderTopic', key, `{"orderId":${key}}`]),
    );
    const second = page.getByRole('row', { name: 'dead-2' });
    await second.getByRole('button', { name: /again/ }).click();
    await second.getByText('sent again').waitFor();
    await eventually(() => expect(handled).toEqual(['dead-2']));
    await screenshot(page, 'console-dead-letters');

    await button('Send all 2 again').click();
    await button('Send again').click();
    await page.getByText('2 sent again, 1 were before.').waitFor();
    await eventually(() => expect([...handled].sort()).toEqual(['dead-1', 'dead-2', 'dead-3']));
    expect(await button('Send all 0 again').isDisabled()).toBe(true);

    await second.getByRole('link', { name: 'deliveries' }).click();
    await page.getByText('It stands in the topic 2 times').waitFor();
    expect(await page.getByText('became a dead letter').count()).toBe(1);
    await eventually(async () => expect(await page.getByText('acknowledged').count()).toBe(1));
  });

  it('moves a group back and lets it skip its backlog', async () => {
    await open(`groups/${GROUP}`, GROUP);
    handled.length = 0;
    await button('Reset offset').click();
    await page.getByLabel('Go on at').selectOption('earliest');
    await button('Reset').click();
    await page.getByText(`${GROUP} was moved in orderTopic.`).waitFor();
    await eventually(() => expect(handled).toEqual(expect.arrayContaining(['345950', '3459529', 'dead-1'])));

    const lag = async () =>
      (await rows(`Progress of ${GROUP} in orderTopic`)).map(([, , , queueLag]) => Number(queueLag));
    await eventually(async () => expect(await lag()).toEqual([0, 0, 0, 0]));

    await clients.close();
    const sender = await startClients(
      broker.endpoint,
      { topic: 'timeoutTopic', group: 'other_group' },
      () => undefined,
    );
    for (let i = 0; i < 5; i++) await sender.publisher.send({ topic: 'orderTopic', body: '{}' });
    await page.getByText('nobody online').waitFor();
    await eventually(async () => expect((await lag()).reduce((a, b) => a + b)).toBe(5));
    await screenshot(page, 'console-group');
    await button('Skip backlog').click();
    await page.getByText('5 messages of orderTopic are never delivered to this group.').waitFor();
    await button('Skip').click();
    await eventually(async () => expect(await lag()).toEqual([0, 0, 0, 0]));
    clients = sender;
  });

  it('shows what is pending: delayed messages and open transactions', async () => {
    const deliverAtMs = Date.now() + 600_000;
    const { messageId } = await clients.publisher.sendDelayed(
      { topic: 'timeoutTopic', body: '{"late":true}' },
      deliverAtMs,
    );
    await clients.publisher.sendInTransaction({ topic: 'txTopic', body: 'half', keys: ['tx-1'] }, async () => {
      await open('pending', 'Pending');
      await page.getByText('Delayed: 1, earliest first').waitFor();
      expect((await rows('Delayed messages'))[0]).toEqual([
        messageId,
        'timeoutTopic',
        expect.stringMatching(/in (9 min \d\d? s|10 min)$/),
        ...Array<unknown>(4).fill(expect.any(String)),
      ]);
      expect((await rows('Open transactions'))[0]?.[5]).toBe('tx-1');
      await page.getByText('13 B').click();
      await page.getByText('{"late":true}').waitFor();
    });
    await page.getByText('Every transaction is committed or rolled back.').waitFor();
    // It stays open over the refreshes.
    expect(await page.getByText('{"late":true}').isVisible()).toBe(true);
    await screenshot(page, 'console-pending');
  });
});
