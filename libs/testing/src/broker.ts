import { topics } from '@trade/contracts';
import { startBroker as startBuiltInBroker } from '@trade/mq';

export interface TestBroker {
  /** host:port for messaging clients. */
  endpoint: string;
  /** False when the tests run against an Apache RocketMQ: topics are created beforehand then, and messages outlive a test. */
  isBuiltIn: boolean;
  close(): Promise<void>;
}

interface Topic {
  name: string;
  type: 'NORMAL' | 'FIFO' | 'DELAY' | 'TRANSACTION';
}

/**
 * A broker in this process with the shop's topics (and more, where told), quick to poll and gone with close(); or the
 * RocketMQ of ROCKETMQ_ENDPOINT where that is set.
 */
export async function startBroker(moreTopics: readonly Topic[] = []): Promise<TestBroker> {
  const given = process.env['ROCKETMQ_ENDPOINT'];
  if (given) return { endpoint: given, isBuiltIn: false, close: () => Promise.resolve() };
  const { endpoint, close } = await startBuiltInBroker({
    topics: [...topics, ...moreTopics],
    adminPort: false,
    longPollingMs: 2_000,
    segmentBytes: 1 << 20,
  });
  return { endpoint, isBuiltIn: true, close };
}
