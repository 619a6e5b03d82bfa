import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  credentials,
  Metadata,
  ServerCredentials,
  status,
  type ChannelCredentials,
  type ServiceError,
} from '@grpc/grpc-js';
import type { CommonConfig } from '../config.js';

const AUTHORIZATION = 'authorization';

type PeerConfig = Pick<
  CommonConfig,
  'INTERNAL_TOKEN' | 'GRPC_TLS_CERT_FILE' | 'GRPC_TLS_KEY_FILE' | 'GRPC_TLS_CA_FILE'
>;

/** How the services know each other on gRPC: by a token, and by certificates where those are configured. */
export class Peers {
  private readonly ownToken: string;
  private readonly takenTokens: Buffer[];
  private readonly tls: { certificate: Buffer; key: Buffer; authority: Buffer } | undefined;

  /** @throws {Error} when a file is missing */
  constructor({ INTERNAL_TOKEN, GRPC_TLS_CERT_FILE, GRPC_TLS_KEY_FILE, GRPC_TLS_CA_FILE }: PeerConfig) {
    const tokens = INTERNAL_TOKEN.split(',').map((token) => `Bearer ${token.trim()}`);
    this.ownToken = tokens[0]!;
    this.takenTokens = tokens.map(hash);
    if (GRPC_TLS_CERT_FILE && GRPC_TLS_KEY_FILE && GRPC_TLS_CA_FILE) {
      const [certificate, key, authority] = [GRPC_TLS_CERT_FILE, GRPC_TLS_KEY_FILE, GRPC_TLS_CA_FILE].map((path) =>
        readFileSync(path),
      ) as [Buffer, Buffer, Buffer];
      this.tls = { certificate, key, authority };
    } else if (GRPC_TLS_CERT_FILE || GRPC_TLS_KEY_FILE || GRPC_TLS_CA_FILE) {
      throw new Error('GRPC_TLS_CERT_FILE, GRPC_TLS_KEY_FILE and GRPC_TLS_CA_FILE are needed all three');
    }
  }

  /** What we show: once for every stream, and with every call that comes alone. */
  metadata(): Metadata {
    const metadata = new Metadata();
    metadata.set(AUTHORIZATION, this.ownToken);
    return metadata;
  }

  /** Why a stream or a call is not taken; nothing when another service made it. */
  refusal(metadata: Metadata): Pick<ServiceError, 'code' | 'details'> | undefined {
    const [given] = metadata.get(AUTHORIZATION);
    const digest = hash(given?.toString() ?? '');
    // hashes have one length, so the time of the comparison tells nothing
    if (this.takenTokens.some((token) => timingSafeEqual(token, digest))) return undefined;
    return { code: status.UNAUTHENTICATED, details: 'only the services may call: INTERNAL_TOKEN is not the same' };
  }

  channelCredentials(): ChannelCredentials {
    if (!this.tls) return credentials.createInsecure();
    return credentials.createSsl(this.tls.authority, this.tls.key, this.tls.certificate);
  }

  serverCredentials(): ServerCredentials {
    if (!this.tls) return ServerCredentials.createInsecure();
    const { authority, key, certificate } = this.tls;
    return ServerCredentials.createSsl(authority, [{ private_key: key, cert_chain: certificate }], true);
  }
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
