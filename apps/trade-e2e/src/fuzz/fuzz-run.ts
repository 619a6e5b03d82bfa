import { grpcServices } from '@trade/contracts';
import { expectInvariants, startStack, type Stack } from '@trade/testing';
import fc from 'fast-check';
import { batchStreams, grpcRequests, type GrpcServiceName } from './grpc-requests.js';
import { GrpcSender } from './grpc-sender.js';
import { restDoors } from './open-api.js';
import { rawBytes, sendRaw } from './raw-bytes.js';
import { RestCaller } from './rest-caller.js';
import { restRequests } from './rest-requests.js';
import { processProblems, sampleProcesses } from '../process-watch.js';

export interface FuzzOptions {
  seed: number;
  /** About so many are sent, over all doors. */
  requests: number;
  progress?: (line: string) => void;
}

export interface FuzzResult {
  /** How many were sent to each door. */
  sent: Map<string, number>;
  violations: string[];
}

/** A way in: sends requests that fast-check makes up, and throws with the first one that is answered wrongly. */
interface Door {
  name: string;
  /** Of the requests, in proportion to the other doors. */
  weight: number;
  fuzz(requests: number): Promise<number>;
}

const CALLBACK_SECRET = 'the key of the payment platform';
/** Requests that are under way together. */
const AT_ONCE = 20;
const WARM_UP_SHARE = 0.1;
const SHARES = { rest: 60, unary: 20, batch: 16, raw: 4 };
const RAW_PORTS = ['ORDER_HTTP_PORT', 'PAY_HTTP_PORT', 'GOODS_HTTP_PORT', 'MQ_GRPC_PORT', 'MQ_ADMIN_PORT'];
const CONFIRM_LIMIT_MS = 4_000;

/** Starts a stack and sends nonsense, and what is nearly right, to all of its doors. */
export async function runFuzz({ seed, requests, progress = () => undefined }: FuzzOptions): Promise<FuzzResult> {
  const stack = await startStack({
    PAY_CALLBACK_SECRET: CALLBACK_SECRET,
    ORDER_CONFIRM_LIMIT_MS: String(CONFIRM_LIMIT_MS),
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
    // the ports of the built-in broker are fuzzed, too
    ROCKETMQ_ENDPOINT: '',
  });
  try {
    const sent = new Map<string, number>();
    const violations: string[] = [];
    const round = async (count: number, roundSeed: number): Promise<void> => {
      const { doors, close } = await openDoors(stack, roundSeed);
      const weights = doors.reduce((sum, { weight }) => sum + weight, 0);
      for (const { name, weight, fuzz } of doors) {
        const startedAtMs = Date.now();
        const done = await fuzz(Math.ceil((count * weight) / weights)).catch((error: unknown) => {
          violations.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
          return 0;
        });
        sent.set(name, (sent.get(name) ?? 0) + done);
        progress(`${String(done).padStart(7)} to ${name} in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
      }
      close();
    };
    // fills the connection pools, so that what is held afterwards counts as growth
    await round(Math.ceil(requests * WARM_UP_SHARE), seed + 1);
    const before = sampleProcesses(stack);
    await round(Math.ceil(requests * (1 - WARM_UP_SHARE)), seed);
    violations.push(...(await processProblems(stack, before)));
    // not those of a settled system: the participants, who trust their callers, were asked for orders that do not exist
    await expectInvariants(stack.databaseUrl, { confirmLimitMs: CONFIRM_LIMIT_MS, settled: false }).catch(
      (error: unknown) => violations.push(String(error)),
    );
    return { sent, violations };
  } finally {
    await stack.stop();
  }
}

async function openDoors(stack: Stack, seed: number): Promise<{ doors: Door[]; close: () => void }> {
  const closers: (() => void)[] = [];
  const open = <Caller extends { close(): void }>(caller: Caller): Caller => {
    closers.push(() => caller.close());
    return caller;
  };
  const doors: Door[] = [];
  const services = Object.keys(grpcServices) as GrpcServiceName[];
  const rawPorts = [...RAW_PORTS, ...services.map((service) => `${service.toUpperCase()}_GRPC_PORT`)];
  // first, because servers take their time until they let go of such connections
  for (const port of rawPorts) {
    doors.push({
      name: `bytes to ${port}`,
      weight: SHARES.raw / rawPorts.length,
      fuzz: inBatches(seed, rawBytes, (bytes) => sendRaw(stack.port(port), bytes)),
    });
  }
  for (const [port, url] of [
    [stack.port('ORDER_HTTP_PORT'), stack.orderUrl],
    [stack.port('PAY_HTTP_PORT'), stack.payUrl],
  ] as const) {
    const caller = open(new RestCaller(port));
    const described = await restDoors(url);
    for (const door of described) {
      doors.push({
        name: `${door.method} ${door.path}`,
        weight: SHARES.rest / 2 / described.length,
        fuzz: inBatches(seed, restRequests(door, CALLBACK_SECRET), (request) => caller.problemWith(request)),
      });
    }
  }
  for (const service of services) {
    const sender = open(new GrpcSender(`127.0.0.1:${stack.port(`${service.toUpperCase()}_GRPC_PORT`)}`));
    doors.push({
      name: `gRPC ${service}`,
      weight: SHARES.unary / services.length,
      fuzz: inBatches(seed, grpcRequests(service), (request) => sender.problemWith(request)),
    });
    doors.push({
      name: `gRPC ${service}, batch streams`,
      weight: SHARES.batch / services.length,
      fuzz: inBatches(
        seed,
        batchStreams(service),
        (stream) => sender.problemWithStream(stream),
        ({ calls }) => Math.max(1, calls),
      ),
    });
  }
  return { doors, close: () => closers.forEach((close) => close()) };
}

/** Sends in batches until so many are sent, or one is answered wrongly. */
function inBatches<Request>(
  seed: number,
  arbitrary: fc.Arbitrary<Request>,
  problemWith: (request: Request) => Promise<string | null>,
  countOf: (request: Request) => number = () => 1,
): Door['fuzz'] {
  return async (requests) => {
    let sent = 0;
    const batches = fc.array(arbitrary, { minLength: 1, maxLength: AT_ONCE, size: 'max' });
    const property = fc.asyncProperty(batches, async (batch) => {
      const problems = await Promise.all(batch.map(problemWith));
      sent += batch.reduce((sum, request) => sum + countOf(request), 0);
      const wrong = problems.findIndex((problem) => problem !== null);
      if (wrong >= 0) throw new Error(`${problems[wrong]} (request ${fc.stringify(batch[wrong])})`);
    });
    for (let part = 0; sent < requests; part++) {
      const numRuns = Math.min(200, Math.ceil((requests - sent) / AT_ONCE));
      await fc.assert(property, { seed: seed + part, numRuns, endOnFailure: true, includeErrorInReport: true });
    }
    return sent;
  };
}
