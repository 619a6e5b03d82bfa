import { ServerCredentials, type Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { Catch, Injectable, type ArgumentsHost, type CallHandler, type ExecutionContext } from '@nestjs/common';
import type { ExceptionFilter, INestApplication, NestInterceptor } from '@nestjs/common';
import { Transport, type GrpcOptions, type NestMicroservice } from '@nestjs/microservices';
import { protoLoaderOptions, type GrpcServiceContract } from '@trade/contracts';
import { HealthImplementation } from 'grpc-health-check';
import { Observable, throwError } from 'rxjs';
import { Log } from '../logging.js';
import { asShopError } from '../shop-error.js';
import { runInTrace } from '../trace.js';
import { BatchServer } from './batch-server.js';
import { toGrpcError, TRACEPARENT_KEY } from './grpc-errors.js';

const MAX_REQUEST_BYTES = 64 * 1024;

/** Adds a gRPC door to an application: startAllMicroservices() opens it, with the errors and the trace of the shop. */
export function openGrpcDoor(app: INestApplication, contract: GrpcServiceContract<unknown>, url: string): GrpcServer {
  const door = new GrpcServer(contract, url);
  // only a microservice that is initialized at its start takes filters and interceptors; app.init() runs the hooks
  const microservice = app.connectMicroservice(door.options, { deferInitialization: true }) as NestMicroservice;
  microservice.setIsInitHookCalled(true);
  microservice.useGlobalFilters(new GrpcErrorFilter());
  microservice.useGlobalInterceptors(new GrpcTraceInterceptor());
  return door;
}

/** The gRPC door of a service: its contract, grpc.health.v1 and reflection, drained on shutdown. */
export class GrpcServer {
  private readonly health: HealthImplementation;
  private readonly batches = new BatchServer();

  constructor(
    private readonly contract: GrpcServiceContract<unknown>,
    private readonly url: string,
  ) {
    this.health = new HealthImplementation({ '': 'NOT_SERVING', [this.fullName]: 'NOT_SERVING' });
  }

  startServing(): void {
    this.setHealth('SERVING');
  }

  /** Callers go elsewhere; what they sent before is answered. */
  startDraining(): void {
    this.setHealth('NOT_SERVING');
    this.batches.close();
  }

  get options(): GrpcOptions {
    return {
      transport: Transport.GRPC,
      options: {
        package: this.contract.packageName,
        protoPath: this.contract.protoPath,
        url: this.url,
        loader: protoLoaderOptions,
        credentials: ServerCredentials.createInsecure(),
        gracefulShutdown: true,
        maxReceiveMessageLength: MAX_REQUEST_BYTES,
        channelOptions: { 'grpc.enable_channelz': 0 },
        onLoadPackageDefinition: (definition: PackageDefinition, server: Server) => {
          this.batches.addTo(server);
          this.health.addToServer(server);
          new ReflectionService(definition).addToServer(server);
        },
      },
    };
  }

  private setHealth(status: 'SERVING' | 'NOT_SERVING'): void {
    for (const name of ['', this.fullName]) this.health.setStatus(name, status);
  }

  private get fullName(): string {
    return `${this.contract.packageName}.${this.contract.serviceName}`;
  }
}

/** Errors of gRPC handlers: business errors keep their shop code; our own faults are logged here and hidden. */
@Catch()
class GrpcErrorFilter implements ExceptionFilter {
  private readonly log = new Log('GrpcErrorFilter');

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    if (asShopError(error).httpStatus >= 500) this.log.error('gRPC call failed', error);
    return throwError(() => toGrpcError(error));
  }
}

/** Makes the caller's trace the trace of the handler. */
@Injectable()
class GrpcTraceInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const metadata = context.switchToRpc().getContext<{ get?(key: string): (string | Buffer)[] }>();
    const traceparent = metadata.get?.(TRACEPARENT_KEY)[0]?.toString();
    return new Observable((subscriber) => {
      const subscription = runInTrace(traceparent, () => next.handle().subscribe(subscriber));
      return () => subscription.unsubscribe();
    });
  }
}
