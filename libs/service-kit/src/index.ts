export { ApiAnswer, ApiProblems, ApiRequests, type ApiExamples } from './api-docs/decorators.js';
export { describeService, type DescribedService } from './api-docs/describe-service.js';
export { AccessTokens } from './auth/access-tokens.js';
export { Caller, Identity, type Role } from './auth/identity.js';
export { RateLimiter } from './auth/rate-limiter.js';
export { networkOf, Open, RestDoor, restSettings, type RestConfig } from './auth/rest-door.js';
export { FAULTS, type Fault } from './faults/faults.js';
export { bootService, run, type ServiceConfig, type ServiceDescription } from './boot.js';
export { address, addresses, commonSettings, durationMs, inProduction, loadConfig, port, secret } from './config.js';
export type { DatabaseOptions } from './database/database.module.js';
export {
  Database,
  doOnce,
  IF_ONE_CHANGED,
  insertIfNew,
  rowsMatched,
  updateOne,
  type SqlSession,
  type Statement,
} from './database/database.js';
export { isDuplicateKey } from './database/sql-errors.js';
export { RowLoader } from './database/row-loader.js';
export { GrpcClientFactory, type GrpcClient, type GrpcClientOptions } from './grpc/grpc-client.js';
export { requirePositive } from './grpc/grpc-fields.js';
export { Peers } from './grpc/peers.js';
export { Health } from './health.js';
export { WithoutEnvelope, type Envelope } from './http/envelope.js';
export { ChoiceField, IdField, IntField, IntQueryField, MoneyField, PasswordField, TextField } from './http/fields.js';
export { httpAdapter, useHttpConventions, type RequestWithRawBody } from './http/http-server.js';
export { type Problem } from './http/problem.js';
export { Claim } from './idempotency/claim.js';
export { ForgetOldRequestsJob } from './idempotency/forget-old-requests.job.js';
export { ApiIdempotencyKey, IdempotencyKey } from './idempotency/idempotency-key.js';
export { IdempotentRequests, type IdempotentRequest } from './idempotency/idempotent-requests.js';
export { IdGenerator } from './ids/id-generator.js';
export { idWorkers } from './ids/worker-leases.js';
export { KitModule, type KitOptions } from './kit.module.js';
export { Log } from './logging.js';
export { messagingOptions } from './messaging-options.js';
export { showMessages } from './metrics/message-metrics.js';
export { DurationHistogram, EventCounter, type Count } from './metrics/metrics.js';
export { formatYuan, isYuan, MAX_FEN, parseYuan, type Fen } from './money.js';
export { asShopError, ShopError, type FieldProblem } from './shop-error.js';
export { atUs, WAITING_IN_OUTBOX } from './timeline/order-facts.js';
export { nowUs, recordEvent } from './timeline/order-events.js';
export { currentTraceId, currentTraceparent, runInTrace } from './tracing/trace.js';
