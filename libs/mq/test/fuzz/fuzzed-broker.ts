import type { Parameters } from 'fast-check';
import { buildBroker, BrokerProcess } from '../broker-process.js';
import { message, messageId, RawClient, receiveRequest } from '../raw-client.js';
import { until } from '../until.js';

/** FUZZ_SECONDS=300 for a long search; FUZZ_SEED repeats a run. */
export const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 3);
export const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
export const MAX_MS = SECONDS * 1000 + 60_000;
const PROPER_TOPIC = 'proper';
const MAX_MEMORY_BYTES = 400 << 20;

/** As many runs as fit into the time. */
export const RUNS: Parameters<unknown> = {
  seed: SEED,
  numRuns: 1e9,
  interruptAfterTimeLimit: SECONDS * 1000,
  markInterruptAsFailure: false,
};

/** A broker process that is told nonsense, and a proper client of it that must not notice. */
export class FuzzedBroker {
  private constructor(
    readonly process: BrokerProcess,
    private readonly client: RawClient,
  ) {}

  static async start(dataDir: string, topics: string[], env: Record<string, string> = {}): Promise<FuzzedBroker> {
    buildBroker();
    const process = await BrokerProcess.start({
      MQ_DATA_DIR: dataDir,
      MQ_TOPICS: [PROPER_TOPIC, ...topics].join(','),
      MQ_SEGMENT_BYTES: String(8 << 20),
      ...env,
    });
    return new FuzzedBroker(process, new RawClient(process.endpoint));
  }

  /** The broker runs, reports no failure of its own, and takes a message of the proper client and gives it back. */
  async checkServes(): Promise<void> {
    if (!this.process.running) throw new Error('the broker has crashed');
    const failure = this.process.log.find((line) => line.includes('"level":"error"'));
    if (failure) throw new Error(`the broker reports ${failure}`);
    const id = messageId();
    const { status } = await this.client.send(message(PROPER_TOPIC, { systemProperties: { messageId: id } }));
    if (status.code !== 20000) throw new Error(`a proper message is answered ${status.code} ${status.message}`);
    const wait = { longPollingTimeout: { seconds: 10 } }; // this machine has the fuzzer to run as well
    const { messages } = await this.client.receive(receiveRequest('proper_group', PROPER_TOPIC, wait));
    const got = messages.find(({ systemProperties }) => systemProperties.messageId === id);
    if (!got) throw new Error('a proper message does not come back');
    const { receiptHandle } = got.systemProperties;
    const acked = await this.client.call('AckMessage', {
      group: { name: 'proper_group' },
      topic: { name: PROPER_TOPIC },
      entries: [{ messageId: id, receiptHandle }],
    });
    if (acked.status.code !== 20000) throw new Error(`a proper ack is answered ${acked.status.code}`);
  }

  /** Nothing is left of the others: `handlesBefore` = what `process.handles` was before they came. */
  async checkNothingIsLeft(handlesBefore: number | undefined): Promise<void> {
    await until('only the proper client is connected', async () => {
      const { connections, calls } = await this.process.status();
      return connections === 1 && calls === 0;
    });
    const { memoryBytes } = await this.process.status();
    if (memoryBytes > MAX_MEMORY_BYTES) throw new Error(`the broker occupies ${memoryBytes >> 20} MiB`);
    // Files of the store come and go by themselves, a few at a time.
    if (handlesBefore !== undefined && (this.process.handles ?? 0) > handlesBefore + 20)
      throw new Error(`${handlesBefore} handles have become ${this.process.handles}`);
  }

  /** Resolves with the exit code. */
  end(): Promise<number | null> {
    this.client.close();
    return this.process.end('SIGTERM');
  }
}
