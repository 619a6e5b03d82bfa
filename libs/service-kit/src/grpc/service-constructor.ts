import { loadPackageDefinition, type GrpcObject, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoLoaderOptions, type GrpcServiceContract } from '@trade/contracts';

/** The client class of a contract; its `service` is what a server adds. */
export function serviceConstructor(contract: GrpcServiceContract<unknown>): ServiceClientConstructor {
  const root = loadPackageDefinition(loadSync(contract.protoPath, protoLoaderOptions));
  const scope = contract.packageName.split('.').reduce<GrpcObject>((object, name) => object[name] as GrpcObject, root);
  return scope[contract.serviceName] as ServiceClientConstructor;
}
