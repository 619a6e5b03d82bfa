import type { MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { batchService, grpcServices, protoLoaderOptions, type Answers__Output, type Calls } from '@trade/contracts';
import { sample } from '@trade/testing';
import fc from 'fast-check';

export type GrpcServiceName = keyof typeof grpcServices;

/** A call by its path, its request as bytes. */
interface BareCall {
  path: string;
  request: Buffer;
}

/** Whether the caller shows the token of the services. */
interface Caller {
  isService: boolean;
}

export type GrpcRequest = BareCall & Caller;

const callers = fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });

/** A field as proto-loader describes it. */
interface Field {
  name: string;
  type: string;
  label: string;
}

type Method = MethodDefinition<object, object> & { requestType: { type: { field: Field[] } } };

const ids = [sample.userId, sample.goodsId, sample.paidOrderId, sample.payId, ...sample.couponIds];
const integers = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ids) },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) },
  { weight: 2, arbitrary: fc.constantFrom('0', '1', '-1', '2147483647', '-2147483648', '9223372036854775807') },
);
const byType: Record<string, fc.Arbitrary<unknown>> = {
  TYPE_INT64: integers,
  TYPE_UINT64: integers.map((text) => text.replace('-', '')),
  TYPE_INT32: fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 100, 2 ** 31 - 1)),
  TYPE_UINT32: fc.nat(),
  TYPE_STRING: fc.string({ unit: 'binary', maxLength: 100 }),
  TYPE_BOOL: fc.boolean(),
  TYPE_BYTES: fc.uint8Array({ maxLength: 100 }),
};

/** Calls of every rpc of a service's .proto. */
export function grpcRequests(name: GrpcServiceName): fc.Arbitrary<GrpcRequest> {
  return fc.tuple(bareCalls(name), callers).map(([call, isService]) => ({ ...call, isService }));
}

function bareCalls(name: GrpcServiceName): fc.Arbitrary<BareCall> {
  const { protoPath, packageName, serviceName } = grpcServices[name];
  const definition = loadSync(protoPath, protoLoaderOptions)[`${packageName}.${serviceName}`];
  const methods = Object.values(definition as unknown as Record<string, Method>);
  const unknown = fc.record({
    path: fc.constantFrom(`/${packageName}.${serviceName}/Nothing`, '/a/b', '/', '/grpc.health.v1.Health/Check'),
    request: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  });
  return fc.oneof(...methods.map((method) => ({ weight: 6, arbitrary: requestsOf(method) })), {
    weight: 1,
    arbitrary: unknown,
  });
}

function requestsOf({ path, requestType, requestSerialize }: Method): fc.Arbitrary<BareCall> {
  const fields = requestType.type.field.map(({ name, type, label }) => {
    const value = byType[type];
    if (!value || label === 'LABEL_REPEATED') throw new Error(`${path}: no values for ${name} of ${type} ${label}`);
    return [name, value] as const;
  });
  const message = fc
    .record(Object.fromEntries(fields), { requiredKeys: [] })
    .map((request) => requestSerialize(request));
  const garbled = fc
    .tuple(message, fc.nat(60), fc.uint8Array({ minLength: 1, maxLength: 8 }))
    .map(([bytes, at, inserted]) => Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]));
  const garbage = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  return fc
    .oneof({ weight: 6, arbitrary: message }, { weight: 3, arbitrary: garbled }, { weight: 1, arbitrary: garbage })
    .map((request) => ({ path, request }));
}

const batch = loadSync(batchService.protoPath, protoLoaderOptions)[
  `${batchService.packageName}.${batchService.serviceName}`
] as unknown as { Run: MethodDefinition<Calls, Answers__Output> };

export const batchRun = batch.Run;

/** What is written to one stream of BatchService, message by message; and how many calls are among it. */
export interface BatchStreamRequest extends Caller {
  messages: Buffer[];
  calls: number;
}

/** Streams whose calls are those of a service, with numbers that repeat; a message may be no message at all. */
export function batchStreams(name: GrpcServiceName): fc.Arbitrary<BatchStreamRequest> {
  const call = fc.record({
    id: fc.oneof(fc.nat(3), fc.nat(2 ** 31)),
    call: bareCalls(name),
    traceparent: fc.oneof(fc.constant(''), fc.string({ maxLength: 60 })),
  });
  const calls = fc.array(call, { maxLength: 20 }).map((list) => ({
    calls: list.length,
    message: batchRun.requestSerialize({
      calls: list.map(({ id, call, traceparent }) => ({ id, ...call, traceparent })),
    }),
  }));
  const garbage = fc.uint8Array({ maxLength: 100 }).map((bytes) => ({ calls: 1, message: Buffer.from(bytes) }));
  const parts = fc.array(fc.oneof({ weight: 15, arbitrary: calls }, { weight: 1, arbitrary: garbage }), {
    minLength: 1,
    maxLength: 5,
  });
  return fc.tuple(parts, callers).map(([parts, isService]) => ({
    isService,
    messages: parts.map(({ message }) => message),
    calls: parts.reduce((sum, part) => sum + part.calls, 0),
  }));
}
