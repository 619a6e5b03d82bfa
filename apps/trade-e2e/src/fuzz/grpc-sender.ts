import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { asService } from '../grpc-caller.js';
import { batchRun, type BatchStreamRequest, type GrpcRequest } from './grpc-requests.js';

const DEADLINE_MS = 15_000;
/** Answers that say that something went wrong inside, or that we did not get in. */
const FAULTS = [status.UNKNOWN, status.INTERNAL, status.DATA_LOSS, status.DEADLINE_EXCEEDED, status.UNAUTHENTICATED];
/** With which gRPC itself refuses bytes that are no message. */
const NO_MESSAGE = /deserializ/i;

/** Sends bytes to a gRPC server as requests. */
export class GrpcSender {
  private readonly client: Client;

  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure());
  }

  close(): void {
    this.client.close();
  }

  /** @returns what is wrong with the answer, or null */
  problemWith({ path, request }: GrpcRequest): Promise<string | null> {
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(path, asIs, asIs, request, asService(), deadline(), (error) =>
        resolve(error ? problemOf(error) : null),
      );
    });
  }

  /** @returns what is wrong with the stream's end or with one of its answers, or null */
  problemWithStream({ messages }: BatchStreamRequest): Promise<string | null> {
    return new Promise((resolve) => {
      let problem: string | null = null;
      const stream = this.client.makeBidiStreamRequest(
        batchRun.path,
        asIs,
        batchRun.responseDeserialize,
        asService(),
        deadline(),
      );
      stream.on('data', ({ answers }: ReturnType<typeof batchRun.responseDeserialize>) => {
        for (const answer of answers) {
          if (FAULTS.includes(answer.status)) problem = `call ${answer.id}: ${answer.status} ${answer.details}`;
        }
      });
      // it comes whether or not there was an error
      stream.on('status', (end) => resolve(problem ?? (end.code === status.OK ? null : problemOf(end))));
      stream.on('error', () => stream.cancel());
      for (const message of messages) stream.write(message);
      stream.end();
    });
  }
}

function problemOf({ code, details }: Pick<ServiceError, 'code' | 'details'>): string | null {
  return FAULTS.includes(code) && !NO_MESSAGE.test(details) ? `${status[code]}: ${details}` : null;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function deadline(): { deadline: number } {
  return { deadline: Date.now() + DEADLINE_MS };
}
