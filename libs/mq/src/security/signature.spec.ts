import { isSignedWith, parseAuthorization } from './signature.js';

const SIGNATURE = '5CB27D7E5A7F8EF94DB6E6D3DD4F1E9B4B3E2C1D';

describe('the authorization of a call', () => {
  it('names the access key, with or without region and service', () => {
    const header = (credential: string) =>
      `MQv2-HMAC-SHA1 Credential=${credential}, SignedHeaders=x-mq-date-time, Signature=${SIGNATURE}`;
    expect(parseAuthorization(header('key'))).toEqual({ accessKey: 'key', signature: SIGNATURE });
    expect(parseAuthorization(header('key/cn/RocketMQ'))).toEqual({ accessKey: 'key', signature: SIGNATURE });
  });

  it.each([
    '',
    'MQv2-HMAC-SHA1',
    'MQv2-HMAC-SHA1 Credential=, Signature=AB',
    'MQv2-HMAC-SHA1 Credential=/a,Signature=AB',
  ])('names nobody in %j', (header) => expect(parseAuthorization(header)).toBeUndefined());
});

describe('a signature', () => {
  // printf 20260102T030405Z | openssl dgst -sha1 -hmac secret
  const dateTime = '20260102T030405Z';
  const right = 'B8233E003C697C8C4218A6AFC2BC397A08E8F645';

  it('is the HMAC-SHA1 of the date and time, in hex of either case', () => {
    expect(isSignedWith('secret', dateTime, right)).toBe(true);
    expect(isSignedWith('secret', dateTime, right.toLowerCase())).toBe(true);
  });

  it.each([
    ['another secret', 'secret2', dateTime, right],
    ['another time', 'secret', '20260102T030406Z', right],
    ['a shorter signature', 'secret', dateTime, right.slice(0, -2)],
    ['no signature', 'secret', dateTime, ''],
    ['no hex', 'secret', dateTime, 'x'.repeat(40)],
  ])('of %s is wrong', (_what, secret, time, signature) => {
    expect(isSignedWith(secret, time, signature)).toBe(false);
  });
});
