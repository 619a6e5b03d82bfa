import { createRequire } from 'node:module';
import { join, dirname } from 'node:path';
import {
  Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type GrpcObject,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoLoaderOptions, type GrpcServiceContract } from '@trade/contracts';
import { INTERNAL_TOKEN } from '@trade/testing';
import { protoPath as healthProtoPath } from 'grpc-health-check';

const DEADLINE_MS = 5_000;
const require = createRequire(import.meta.url);
const reflectionProtoPath = join(
  dirname(require.resolve('@grpc/reflection/package.json')),
  'build/proto/grpc/reflection/v1/reflection.proto',
);

/** Why a call was refused: the gRPC status, and the shop's code where it is the shop that refused. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
  readonly status: number;
  readonly shopCode: string | undefined;

  constructor(cause: ServiceError) {
    super(cause.details, { cause });
    this.status = cause.code;
    this.shopCode = cause.metadata.get('shop-code')[0]?.toString();
  }
}

/** Calls one rpc of a service, as another service. @throws {RefusedCall} */
export function callGrpc<Answer = Record<string, unknown>>(
  address: string,
  contract: GrpcServiceContract<unknown>,
  rpc: string,
  request: object,
  token = INTERNAL_TOKEN,
): Promise<Answer> {
  const service = `${contract.packageName}.${contract.serviceName}`;
  return callUnary(address, contract.protoPath, service, rpc, request, token);
}

/** Sends any bytes as the request of an rpc. @throws {RefusedCall} */
export async function callGrpcWithBytes(
  address: string,
  { packageName, serviceName }: GrpcServiceContract<unknown>,
  rpc: string,
  request: Buffer,
): Promise<Buffer> {
  const client = new Client(address, credentials.createInsecure());
  const asIs = (bytes: Buffer): Buffer => bytes;
  const path = `/${packageName}.${serviceName}/${rpc}`;
  const options = { deadline: Date.now() + DEADLINE_MS };
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, asIs, asIs, request, asService(), options, (error, answer) =>
        error ? reject(new RefusedCall(error)) : resolve(answer!),
      );
    });
  } finally {
    client.close();
  }
}

/** What grpc.health.v1 says about a service. */
export async function grpcHealth(address: string, service: string): Promise<string> {
  const answer = await callUnary<{ status: string }>(address, healthProtoPath, 'grpc.health.v1.Health', 'Check', {
    service,
  });
  return answer.status;
}

/** The names of the services that a server tells by reflection. */
export async function reflectedServices(address: string): Promise<string[]> {
  const client = clientOf(address, reflectionProtoPath, 'grpc.reflection.v1.ServerReflection');
  try {
    const stream = client['ServerReflectionInfo']!({ deadline: Date.now() + DEADLINE_MS });
    stream.write({ listServices: '' });
    stream.end();
    const names: string[] = [];
    for await (const { listServicesResponse } of stream as AsyncIterable<ReflectionAnswer>) {
      names.push(...(listServicesResponse?.service ?? []).map(({ name }) => name));
    }
    return names;
  } finally {
    client.close();
  }
}

interface ReflectionAnswer {
  listServicesResponse?: { service: { name: string }[] };
}

async function callUnary<Answer>(
  address: string,
  protoPath: string,
  serviceName: string,
  rpc: string,
  request: object,
  token?: string,
): Promise<Answer> {
  const client = clientOf(address, protoPath, serviceName);
  try {
    return await new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + DEADLINE_MS };
      client[rpc]!(request, asService(token), options, (error: ServiceError | null, answer: Answer) =>
        error ? reject(new RefusedCall(error)) : resolve(answer),
      );
    });
  } finally {
    client.close();
  }
}

/** What makes a caller one of the services. */
export function asService(token = INTERNAL_TOKEN): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

function clientOf(address: string, protoPath: string, serviceName: string) {
  const root = loadPackageDefinition(loadSync(protoPath, protoLoaderOptions));
  const Service = serviceName.split('.').reduce<GrpcObject>((scope, name) => scope[name] as GrpcObject, root);
  return new (Service as unknown as ServiceClientConstructor)(address, credentials.createInsecure());
}
