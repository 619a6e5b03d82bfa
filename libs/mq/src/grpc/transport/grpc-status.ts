/** Status codes of gRPC, as far as the transport gives them. */
export enum GrpcStatus {
  OK = 0,
  INVALID_ARGUMENT = 3,
  DEADLINE_EXCEEDED = 4,
  RESOURCE_EXHAUSTED = 8,
  UNIMPLEMENTED = 12,
  INTERNAL = 13,
}

/** Ends a call with a status of gRPC itself, not with one of the protocol in the answer's body. */
export class GrpcError extends Error {
  constructor(
    readonly status: GrpcStatus,
    message: string,
  ) {
    super(message);
  }
}

const UNIT_MS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds of a grpc-timeout header such as "100m"; Infinity without one. Throws GrpcError when it is malformed. */
export function timeoutMs(header: string | undefined): number {
  if (header === undefined) return Infinity;
  const unitMs = UNIT_MS[header.at(-1) ?? ''];
  const digits = header.slice(0, -1);
  if (unitMs === undefined || !/^\d{1,8}$/.test(digits))
    throw new GrpcError(GrpcStatus.INTERNAL, `malformed grpc-timeout: ${header}`);
  return Number(digits) * unitMs;
}

/** grpc-message: UTF-8, everything but printable ASCII as %XX, and the percent sign too. */
export function percentEncode(message: string): string {
  if (/^[ -$&-~]*$/.test(message)) return message;
  let encoded = '';
  for (const byte of Buffer.from(message)) {
    const printable = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += printable ? String.fromCharCode(byte) : '%' + byte.toString(16).toUpperCase().padStart(2, '0');
  }
  return encoded;
}
