import { MessagingError, messagingErrorOf, refusal } from './messaging-error.js';

describe('trying again later', () => {
  it.each([
    [14, 'UNAVAILABLE', true],
    [4, 'DEADLINE_EXCEEDED', true],
    [16, 'UNAUTHENTICATED', false],
    [42900, 'too many requests', true],
    [50001, 'an internal error of the broker', true],
    [40100, 'unauthorized', false],
    [40402, 'topic not found', false],
    [40014, 'a wrong message type', false],
  ])('after code %i (%s) helps: %s', (code, _meaning, retriable) => {
    expect(refusal(code, 'why')).toMatchObject({ code, retriable });
    expect(messagingErrorOf(Object.assign(new Error('why'), { code }), 'sending')).toMatchObject({ code, retriable });
  });

  it('does not help against a mistake in the program', () => {
    expect(messagingErrorOf(new TypeError('x is undefined'), 'sending')).toMatchObject({ retriable: false });
  });

  it('stays as it was decided when an error is told in more words', () => {
    const inner = new MessagingError('the broker is away', { retriable: true, code: 14 });
    expect(messagingErrorOf(inner, 'sending to t')).toMatchObject({
      message: 'sending to t: the broker is away',
      retriable: true,
      code: 14,
    });
  });
});
