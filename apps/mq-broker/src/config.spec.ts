import { printable, readConfig } from './config.js';
import { declaredIn } from './config-file.js';

describe('settings of the broker process', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      grpcPort: 8081,
      adminPort: 8082,
      dataDir: '.data/mq',
      flush: 'SYNC_FLUSH',
      topics: [],
      groups: [],
      limits: {},
      retention: {},
    });
  });

  it('reads topics as name:type', () => {
    expect(readConfig({ MQ_TOPICS: 'orderTopic:NORMAL, orderTimeoutTopic:DELAY,plain' }).topics).toEqual([
      { name: 'orderTopic', type: 'NORMAL' },
      { name: 'orderTimeoutTopic', type: 'DELAY' },
      { name: 'plain', type: 'NORMAL' },
    ]);
  });

  it('reads each kind of setting', () => {
    const options = readConfig({
      MQ_AUTO_CREATE_TOPICS: 'true',
      MQ_ADVERTISED: 'mq.example:18081',
      MQ_TLS_CERT_FILE: 'cert.pem',
      MQ_TLS_KEY_FILE: 'key.pem',
      MQ_KEEP_HOURS: '1.5',
      MQ_DISK_REFUSE_AT: '0.95',
      MQ_DELIVERY_TRACE_BYTES: '0',
      MQ_ADMIN_TOKEN: '',
    });
    expect(options).toMatchObject({
      autoCreateTopics: true,
      advertised: { host: 'mq.example', port: 18_081 },
      tls: { certFile: 'cert.pem', keyFile: 'key.pem' },
      retention: { keepMs: 1.5 * 3600_000, refuseAt: 0.95 },
      deliveryTraceBytes: 0,
    });
    expect(options.adminToken).toBeUndefined();
    expect(readConfig({ MQ_TLS: 'false' }).tls).toBe(false);
  });

  it('prints no token', () => {
    expect(printable(readConfig({ MQ_ADMIN_TOKEN: 'secret' }))).toMatchObject({ adminToken: '***' });
  });

  it.each([
    ['MQ_GRPC_PORT', '80810'],
    ['MQ_ADMIN_PORT', 'x'],
    ['MQ_FLUSH', 'sync'],
    ['MQ_SEGMENT_BYTES', '10'],
    ['MQ_LONG_POLLING_MS', '0'],
    ['MQ_ADVERTISED', 'nohost'],
    ['MQ_AUTO_CREATE_TOPICS', 'yes'],
    ['MQ_TOPICS', 'a:b'],
    ['MQ_CONFIG_FILE', '/no/such/file'],
    ['MQ_TLS_CERT_FILE', 'cert.pem'],
    ['MQ_KEEP_HOURS', '0'],
    ['MQ_DISK_CLEAN_AT', '75'],
  ])('names the setting that is wrong: %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});

describe('the admin token in production', () => {
  const production = { NODE_ENV: 'production', MQ_HOST: '0.0.0.0', MQ_ACCESS_FILE: 'access.json' };

  it.each([[undefined], ['admin-of-trade'], ['x'.repeat(31)]])('may not be %s where others reach the port', (token) => {
    expect(() => readConfig({ ...production, MQ_ADMIN_TOKEN: token })).toThrow('MQ_ADMIN_TOKEN');
  });

  it('is long there, and may be left out on loopback', () => {
    const token = 'x'.repeat(32);
    expect(readConfig({ ...production, MQ_ADMIN_TOKEN: token }).adminToken).toBe(token);
    expect(readConfig({ ...production, MQ_ADMIN_HOST: '127.0.0.1' }).adminToken).toBeUndefined();
  });
});

describe('access keys in production', () => {
  const production = { NODE_ENV: 'production', MQ_ADMIN_TOKEN: 'x'.repeat(32) };

  it.each(['0.0.0.0', '::', '10.0.0.7'])('must be asked for on %s, where others reach the broker', (host) => {
    expect(() => readConfig({ ...production, MQ_HOST: host })).toThrow('MQ_ACCESS_FILE');
    expect(() => readConfig({ ...production, MQ_HOST: host, MQ_ACCESS_FILE: '' })).toThrow('MQ_ACCESS_FILE');
    expect(readConfig({ ...production, MQ_HOST: host, MQ_ACCESS_FILE: 'access.json' }).accessFile).toBe('access.json');
  });

  it('may be left out on loopback, and outside production', () => {
    expect(readConfig(production).accessFile).toBeUndefined();
    expect(readConfig({ MQ_HOST: '0.0.0.0' }).accessFile).toBeUndefined();
  });
});

describe('topics and groups of the config file', () => {
  it('are read with their rules', () => {
    const groups = [
      { name: 'g1', maxAttempts: 3, retryDelaysMs: [100, 1000], orderly: true },
      { name: 'g2', exponentialRetry: { initialMs: 10, maxMs: 1000, multiplier: 2 } },
    ];
    expect(declaredIn({ topics: [{ name: 't', type: 'FIFO', queues: 8 }, { name: 'plain' }], groups })).toEqual({
      topics: [
        { name: 't', type: 'FIFO', queues: 8 },
        { name: 'plain', type: 'NORMAL' },
      ],
      groups,
    });
    expect(declaredIn({})).toEqual({ topics: [], groups: [] });
  });

  it.each([
    [[], 'the file must be an object'],
    [{ topic: [] }, 'unknown field: topic'],
    [{ topics: {} }, 'topics must be a list'],
    [{ topics: [{}] }, 'topics[0].name must be text'],
    [{ topics: [{ name: 't', type: 'LITE' }] }, 'topics[0].type must be one of'],
    [{ topics: [{ name: 't' }, { name: 'u', queue: 3 }] }, 'topics[1] has an unknown field: queue'],
    [{ groups: [{ name: 'g', maxAttempts: '3' }] }, 'groups[0].maxAttempts must be a number'],
    [{ groups: [{ name: 'g', retryDelaysMs: [1, 'x'] }] }, 'groups[0].retryDelaysMs[1] must be a number'],
    [
      { groups: [{ name: 'g', exponentialRetry: { maxMs: 1 } }] },
      'groups[0].exponentialRetry.initialMs must be a number',
    ],
  ])('are refused with the place that is wrong: %j', (content, message) => {
    expect(() => declaredIn(content)).toThrow(message);
  });
});
