import { readConfig } from './config.js';

describe('settings of the broker process', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      grpcPort: 8081,
      adminPort: 8082,
      dataDir: '.data/mq',
      flush: 'SYNC_FLUSH',
      topics: [],
    });
  });

  it('reads topics as name:type', () => {
    expect(readConfig({ MQ_TOPICS: 'orderTopic:NORMAL, orderTimeoutTopic:DELAY,plain' }).topics).toEqual([
      { name: 'orderTopic', type: 'NORMAL' },
      { name: 'orderTimeoutTopic', type: 'DELAY' },
      { name: 'plain', type: 'NORMAL' },
    ]);
  });

  it.each([
    ['MQ_GRPC_PORT', '80810'],
    ['MQ_ADMIN_PORT', 'x'],
    ['MQ_FLUSH', 'sync'],
    ['MQ_SEGMENT_BYTES', '10'],
    ['MQ_LONG_POLLING_MS', '0'],
    ['MQ_ADVERTISED', 'nohost'],
    ['MQ_TOPICS', 'a:b'],
    ['MQ_TOPICS_FILE', '/no/such/file'],
  ])('names the setting that is wrong: %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});
