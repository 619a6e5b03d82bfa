import {
  loadPackageDefinition,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type GrpcObject,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { grpcServices, protoLoaderOptions, type GetOrderRequest, type OrderOverview } from '@trade/contracts';

/** The orders that pay-service asks about, served the way order-service does. */
export class OrdersOverGrpc {
  private readonly orders = new Map<string, OrderOverview>();

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(): Promise<OrdersOverGrpc> {
    const { protoPath, packageName, serviceName } = grpcServices.order;
    const root = loadPackageDefinition(loadSync(protoPath, protoLoaderOptions));
    const scope = packageName.split('.').reduce<GrpcObject>((object, name) => object[name] as GrpcObject, root);
    const { service } = scope[serviceName] as ServiceClientConstructor;

    const server = new Server();
    server.addService(service, {
      GetOrder: (call: ServerUnaryCall<GetOrderRequest, OrderOverview>, done: sendUnaryData<OrderOverview>) =>
        orders.answer(call.request.orderId, done),
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const orders = new OrdersOverGrpc(server, `127.0.0.1:${port}`);
    return orders;
  }

  /** Adds or replaces a confirmed, unpaid order of 1000.00 of which 880.00 are due. */
  put(orderId: string, changes: Partial<OrderOverview> = {}): void {
    this.orders.set(orderId, {
      orderId,
      userId: '345963634385633280',
      orderStatus: 1,
      payStatus: 0,
      payAmountFen: '88000',
      moneyPaidFen: '10000',
      ...changes,
    });
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private answer(orderId: string, done: sendUnaryData<OrderOverview>): void {
    const order = this.orders.get(orderId);
    if (order) return done(null, order);
    const metadata = new Metadata();
    metadata.set('shop-code', 'SHOP_ORDER_NO_EXIST');
    done({ code: status.NOT_FOUND, details: 'The order does not exist', metadata });
  }
}
