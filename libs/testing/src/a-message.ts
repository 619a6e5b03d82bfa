interface Contract<Payload> {
  topic: string;
  tag: string;
  key(payload: Payload): string;
}

/** A message as a listener receives it: for handing one to a listener without a broker, twice if need be. */
export function aMessage<Payload>({ topic, tag, key }: Contract<Payload>, group: string, payload: Payload) {
  return {
    id: `message-of-${key(payload)}`,
    topic,
    tag,
    key: key(payload),
    body: JSON.stringify(payload),
    payload,
    attempt: 1,
    bornAtMs: Date.now(),
    properties: {},
    group,
  };
}
