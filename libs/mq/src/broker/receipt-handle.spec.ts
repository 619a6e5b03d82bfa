import { decodeReceiptHandle, encodeReceiptHandle } from './receipt-handle.js';

describe('receipt handle', () => {
  it('comes back as it was given out', () => {
    const handle = { queueId: 3, offset: 2 ** 40, attempts: 17, renewals: 2, expiresAtMs: 1_700_000_000_000 };
    expect(decodeReceiptHandle(encodeReceiptHandle(handle))).toEqual(handle);
  });

  it.each([
    '',
    'garbage',
    '🙂',
    Buffer.from('v1 1 2 3 4').toString('base64url'),
    Buffer.from('v2 1 2 3 4 5').toString('base64url'),
    Buffer.from('v1 1 -2 3 4 5').toString('base64url'),
  ])('%j was never given out', (text) => {
    expect(() => decodeReceiptHandle(text)).toThrow(expect.objectContaining({ code: 40013 }));
  });
});
