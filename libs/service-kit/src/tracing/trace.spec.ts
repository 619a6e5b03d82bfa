import { currentTraceId, currentTraceparent, runInTrace } from './trace.js';

describe('trace', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('goes on with the trace that the caller names', async () => {
    await runInTrace(`00-${id}-00f067aa0ba902b7-01`, async () => {
      await Promise.resolve();
      expect(currentTraceId()).toBe(id);
      expect(currentTraceparent()).toMatch(new RegExp(`^00-${id}-[0-9a-f]{16}-01$`));
    });
  });

  it.each([
    undefined,
    '',
    'garbage',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
  ])('is none for %p', (traceparent) => {
    expect(runInTrace(traceparent, currentTraceId)).toBeUndefined();
    expect(runInTrace(traceparent, currentTraceparent)).toBeUndefined();
  });

  it('is none outside a request', () => {
    expect(currentTraceparent()).toBeUndefined();
  });
});
