import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminServer } from './admin/admin-server.js';
import { Broker } from './broker/broker.js';
import type { GroupConfig } from './broker/groups.js';
import type { Log } from './broker/log.js';
import { messageLimits, type MessageLimits } from './broker/message-rules.js';
import type { TopicConfig } from './broker/topics.js';
import { GrpcServer } from './grpc/grpc-server.js';
import { DEFAULT_LIMITS, type TransportLimits } from './grpc/transport/usage.js';
import { AccessControl } from './security/access-control.js';
import { isLoopback } from './security/loopback.js';
import { ownCertificate, readCertificate, type TlsCertificate } from './security/tls-certificate.js';
import type { FlushMode } from './store/commit-log.js';
import type { RetentionOptions } from './store/retention.js';

/** How a broker keeps and hands out messages. */
export interface BrokerOptions extends Partial<MessageLimits> {
  /** Where messages are kept. Unset: a temporary directory that close() removes. */
  dataDir?: string;
  /** 127.0.0.1 unless told. */
  host?: string;
  /** 0 (default) = any free port. */
  grpcPort?: number;
  /** 0 (default) = any free port, false = no admin HTTP. */
  adminPort?: number | false;
  /** Where the admin HTTP listens: `host` unless told. To name one that other machines reach needs a token. */
  adminHost?: string;
  /** Bearer token of the admin HTTP. Unset: other machines get nothing but the health checks. */
  adminToken?: string;
  /** SYNC_FLUSH (default): a send is answered when the message is on disk. ASYNC_FLUSH: when the system has it. */
  flush?: FlushMode;
  topics?: readonly TopicConfig[];
  groups?: readonly GroupConfig[];
  /** Create unknown topics (type MIXED) on first use; false unless told. */
  autoCreateTopics?: boolean;
  /** How long consumers are told to wait for a message, ms; 20,000 unless told. */
  longPollingMs?: number;
  /** Pauses before delivery 2, 3, … of groups that have no own ones, ms. */
  retryDelaysMs?: readonly number[];
  /** Size of a commit log file: 64 MiB, 8 MiB in a temporary directory. Fixed when the data directory is created. */
  segmentBytes?: number;
  /** How long messages are kept, and what happens when the disk fills. */
  retention?: RetentionOptions;
  /** Disk space for the history of deliveries; 256 MiB unless told, 0 = none is kept. */
  deliveryTraceBytes?: number;
  /** A half message is asked about when it is undecided for this long, ms, unless it says so itself; 6,000 unless told. */
  transactionTimeoutMs?: number;
  /** Pause between two questions about a half message, ms; 30,000 unless told. */
  transactionCheckIntervalMs?: number;
  /** Questions before the broker gives up on a half message; 15 unless told. */
  transactionCheckMax?: number;
  /** What a push consumer gets is leased for this long, and renewed while the client lives, ms; 60,000 unless told. */
  pushLeaseMs?: number;
  /** A client whose connection is gone for this long loses its leases, ms; 5,000 unless told. */
  clientGoneAfterMs?: number;
  /** After a restart, leases of earlier clients are kept this long for them to come back, ms; 10,000 unless told. */
  clientReturnWithinMs?: number;
  /** Name in routes; "broker-a" unless told. */
  brokerName?: string;
  /** Address that all clients are told, instead of the one they dialled. */
  advertised?: { host: string; port: number };
  /**
   * The port takes TLS beside plaintext. Unset: with a self-signed certificate, made at the first start and kept in the data
   * directory; false = plaintext only.
   */
  tls?: { certFile: string; keyFile: string } | false;
  /** Access keys and who may do what, JSON; read again when it changes. Unset: everybody may do everything. */
  accessFile?: string;
  /** What clients may occupy at the same time. */
  limits?: Partial<TransportLimits>;
  /** Unset: warnings and errors go to stderr as JSON lines. */
  log?: Log;
}

/** A broker that takes messages until it is closed. */
export interface RunningBroker {
  /** host:port for the clients. */
  endpoint: string;
  grpcPort: number;
  /** 0 when there is no admin HTTP. */
  adminPort: number;
  dataDir: string;
  /** Ends all connections, flushes and closes the files. */
  close(): Promise<void>;
}

const DEFAULT_LONG_POLLING_MS = 20_000;

/** Starts a broker in this process. Rejects when a port is taken or the data directory cannot be used. */
export async function startBroker(options: BrokerOptions = {}): Promise<RunningBroker> {
  const { host = '127.0.0.1', flush = 'SYNC_FLUSH', log = logToStderr } = options;
  const startedAtMs = Date.now();
  if (options.adminHost !== undefined && !isLoopback(options.adminHost) && !options.adminToken)
    throw new Error(`the admin HTTP is not opened on ${options.adminHost} without a token`);
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? fs.mkdtempSync(join(tmpdir(), 'mq-'));
  fs.mkdirSync(dataDir, { recursive: true });
  const opened: { close(): unknown }[] = [];
  const closeAll = async () => {
    for (const part of opened.reverse()) await part.close();
    if (temporary) fs.rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const broker = await Broker.open({
      dataDir,
      segmentBytes: options.segmentBytes ?? (temporary ? 8 << 20 : 64 << 20),
      flush,
      topics: options.topics ?? [],
      groups: options.groups ?? [],
      retryDelaysMs: options.retryDelaysMs,
      autoCreateTopics: options.autoCreateTopics ?? false,
      pushLeaseMs: options.pushLeaseMs ?? 60_000,
      clientGoneAfterMs: options.clientGoneAfterMs ?? 5000,
      clientReturnWithinMs: options.clientReturnWithinMs ?? 10_000,
      deliveryTraceBytes: options.deliveryTraceBytes ?? 256 << 20,
      retention: options.retention ?? {},
      messageLimits: messageLimits(options),
      transactions: {
        timeoutMs: options.transactionTimeoutMs ?? 6000,
        checkIntervalMs: options.transactionCheckIntervalMs ?? 30_000,
        maxChecks: options.transactionCheckMax ?? 15,
      },
      log,
    });
    opened.push(broker);
    const access = options.accessFile === undefined ? undefined : new AccessControl(options.accessFile, log);
    if (access) opened.push(access);
    else if (!isLoopback(host)) log('warn', 'everybody_may_do_everything', { host, remedy: 'set an access file' });
    const grpcServer = await GrpcServer.listen({
      broker,
      log,
      host,
      port: options.grpcPort ?? 0,
      brokerName: options.brokerName ?? 'broker-a',
      advertised: options.advertised,
      longPollingMs: options.longPollingMs ?? DEFAULT_LONG_POLLING_MS,
      tls: certificate(options.tls, dataDir),
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      access,
    });
    opened.push(grpcServer);
    let adminPort = 0;
    if (options.adminPort !== false) {
      const { adminHost = host, adminToken: token } = options;
      const admin = await AdminServer.listen(
        { broker, server: grpcServer.facts, dataDir, flush, startedAtMs, load: () => grpcServer.load },
        { host: adminHost, port: options.adminPort ?? 0, token, log },
      );
      opened.push(admin);
      adminPort = admin.port;
    }
    let closing: Promise<void> | undefined;
    return {
      endpoint: `${host}:${grpcServer.port}`,
      grpcPort: grpcServer.port,
      adminPort,
      dataDir,
      close: () => (closing ??= closeAll()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function certificate(tls: BrokerOptions['tls'], dataDir: string): TlsCertificate | undefined {
  if (tls === false) return undefined;
  return tls ? readCertificate(tls.certFile, tls.keyFile) : ownCertificate(dataDir);
}

const logToStderr: Log = (level, event, fields) => {
  if (level !== 'info') process.stderr.write(JSON.stringify({ level, event, ...fields }) + '\n');
};
