const RealDate = globalThis.Date;
const realSetTimeout = globalThis.setTimeout;

/** Until `restore` is called it is always `nowMs`, and whoever sleeps wakes up at once. */
export function stopTime(nowMs: number): () => void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (date, parameters: [number]) =>
      new date(...(parameters.length > 0 ? parameters : ([nowMs] as [number]))),
    get: (date, property) => (property === 'now' ? () => nowMs : Reflect.get(date, property)),
  });
  globalThis.setTimeout = ((wake: () => void) => {
    void Promise.resolve().then(wake);
  }) as unknown as typeof setTimeout;
  return function restore() {
    globalThis.Date = RealDate;
    globalThis.setTimeout = realSetTimeout;
  };
}
