import { createHmac, pbkdf2 } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDir } from '../../test/temporary-dir.js';
import { until } from '../../test/until.js';
import { Code } from '../broker/code.js';
import { AccessControl } from './access-control.js';
import { AccessFileError } from './access-file.js';

const dir = temporaryDir();
const dateTime = '20260102T030405Z';
const logged: string[] = [];
let access: AccessControl;

const file = () => join(dir(), 'access.json');

function write(content: unknown): void {
  fs.writeFileSync(file(), typeof content === 'string' ? content : JSON.stringify(content));
}

function open(content: unknown): AccessControl {
  write(content);
  return (access = new AccessControl(file(), (_level, event) => logged.push(event), 20));
}

function authorization(accessKey: string, secretKey: string): string {
  const signature = createHmac('sha1', secretKey).update(dateTime).digest('hex').toUpperCase();
  return `MQv2-HMAC-SHA1 Credential=${accessKey}, SignedHeaders=x-mq-date-time, Signature=${signature}`;
}

const RULES = {
  users: [
    {
      accessKey: 'shop',
      secretKey: 'shop-secret',
      topics: { orderTopic: 'PUB|SUB', 'pay*': 'SUB', 'pay-secret*': 'DENY' },
      groups: { 'shop_*': 'SUB' },
    },
    { accessKey: 'root', secretKey: 'root-secret', admin: true },
  ],
};

afterEach(() => {
  access.close();
  logged.length = 0;
});

const anyConnection = {};

describe('a call', () => {
  const refused = (message: string) => expect.objectContaining({ code: Code.UNAUTHORIZED, message });

  it('that is signed rightly is its user, each time anew for another connection, signature or time', () => {
    open(RULES);
    const right = authorization('shop', 'shop-secret');
    for (const connection of [anyConnection, anyConnection, {}])
      expect(access.authenticate(right, dateTime, connection).name).toBe('shop');
    expect(() => access.authenticate(right, '20260102T030406Z', anyConnection)).toThrow(
      refused('check signature failed.'),
    );
    expect(() => access.authenticate(authorization('shop', 'guess'), dateTime, anyConnection)).toThrow(
      refused('check signature failed.'),
    );
    expect(() => access.authenticate(right, undefined, anyConnection)).toThrow(refused('check signature failed.'));
  });

  it('of an unknown user, or without a user, is refused', () => {
    open(RULES);
    expect(() => access.authenticate(authorization('thief', 'x'), dateTime, anyConnection)).toThrow(
      refused('User:thief is not found.'),
    );
    expect(() => access.authenticate('nonsense', dateTime, anyConnection)).toThrow(refused('username cannot be null.'));
    expect(() => access.authenticate(undefined, undefined, anyConnection)).toThrow(refused('username cannot be null.'));
  });

  it('that is not signed may do what the file says of the anonymous', () => {
    open({ users: [], anonymous: { topics: { open: 'SUB' } } });
    const user = access.authenticate(undefined, undefined, anyConnection);
    access.authorize(user, [{ kind: 'Topic', name: 'open', anyOf: ['SUB'] }], '127.0.0.1');
    expect(() => access.authorize(user, [{ kind: 'Topic', name: 'open', anyOf: ['PUB'] }], '127.0.0.1')).toThrow(
      refused('User:anonymous has no permission to access Topic:open from 127.0.0.1, the decision is deny.'),
    );
  });
});

describe('a user', () => {
  const may = (kind: 'Topic' | 'Group', name: string, ...anyOf: ('PUB' | 'SUB')[]) => {
    const user = access.authenticate(authorization('shop', 'shop-secret'), dateTime, anyConnection);
    try {
      access.authorize(user, [{ kind, name, anyOf }], '10.0.0.1');
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: Code.UNAUTHORIZED });
      return false;
    }
  };

  it('may do what the name, or else the longest prefix that fits, says', () => {
    open(RULES);
    expect(may('Topic', 'orderTopic', 'PUB')).toBe(true);
    expect(may('Topic', 'orderTopic2', 'PUB')).toBe(false);
    expect(may('Topic', 'payTopic', 'SUB')).toBe(true);
    expect(may('Topic', 'payTopic', 'PUB')).toBe(false);
    expect(may('Topic', 'payTopic', 'PUB', 'SUB')).toBe(true);
    expect(may('Topic', 'pay-secrets', 'SUB')).toBe(false);
    expect(may('Group', 'shop_orders', 'SUB')).toBe(true);
    expect(may('Group', 'other', 'SUB')).toBe(false);
  });

  it('may read the dead letters of its groups', () => {
    open(RULES);
    expect(may('Topic', '%DLQ%shop_orders', 'SUB')).toBe(true);
    expect(may('Topic', '%DLQ%other', 'SUB')).toBe(false);
  });

  it('who is admin may do everything', () => {
    open(RULES);
    const root = access.authenticate(authorization('root', 'root-secret'), dateTime, anyConnection);
    access.authorize(root, [{ kind: 'Topic', name: 'any', anyOf: ['PUB'] }], '10.0.0.1');
  });
});

describe('the file', () => {
  beforeEach(() => open(RULES));

  it('is read again when it changes; with a mistake, the old one stays', async () => {
    const right = authorization('shop', 'shop-secret');
    write('{"users": [');
    await until('the mistake is logged', () => logged.includes('access_file_refused'));
    expect(access.authenticate(right, dateTime, anyConnection).name).toBe('shop');
    write({ users: [{ accessKey: 'shop', secretKey: 'new-secret' }] });
    await until('the change is logged', () => logged.includes('access_file_read'));
    expect(() => access.authenticate(right, dateTime, anyConnection)).toThrow('check signature failed.');
  });

  it('is read again when it changes right after the start, on a busy machine too', async () => {
    const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)('', '', 100_000, 32, 'sha512'));
    access.close();
    open(RULES);
    write({ users: [] });
    await until('the change is logged', () => logged.includes('access_file_read'));
    await Promise.all(busy);
  });

  it.each([
    ['no JSON', '{', 'cannot be read'],
    ['a list', [], 'must be an object'],
    ['no users', {}, 'users must be a list'],
    ['a user without a secret', { users: [{ accessKey: 'a' }] }, 'users[0].secretKey'],
    ['a misspelt field', { users: [{ accessKey: 'a', secretKey: 'b', topic: {} }] }, 'unknown field topic'],
    ['a user twice', { users: [RULES.users[0], RULES.users[0]] }, 'shop is there twice'],
    ['an unknown permission', { users: [], anonymous: { topics: { a: 'WRITE' } } }, 'a is WRITE, use DENY or some of'],
    ['a group to publish to', { users: [], anonymous: { groups: { a: 'PUB' } } }, 'use DENY or some of SUB'],
    ['a star in the middle', { users: [], anonymous: { topics: { 'a*b': 'SUB' } } }, '* can only be at the end'],
  ])('with %s is refused by its name', (_what, content, message) => {
    write(content);
    const read = () => new AccessControl(file(), () => undefined);
    expect(read).toThrow(AccessFileError);
    expect(read).toThrow(file());
    expect(read).toThrow(message);
  });
});
