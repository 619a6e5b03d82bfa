import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { asService } from '../grpc-caller.js';
import { batchRun, type BatchStreamRequest, type GrpcRequest } from './grpc-requests.js';

const DEADLINE_MS = 15_000;
/** Answers that say that something went wrong inside. */
const FAULTS = [status.UNKNOWN, status.INTERNAL, status.DATA_LOSS, status.DEADLINE_EXCEEDED];
/** With which gRPC itself refuses bytes that are no message. */
const NO_MESSAGE = /deserializ/i;
const OPEN_TO_ALL = /^\/grpc\.health\./;

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
  problemWith({ path, request, isService }: GrpcRequest): Promise<string | null> {
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(path, asIs, asIs, request, shown(isService), deadline(), (error) => {
        const isLetIn = error === null && !isService && !OPEN_TO_ALL.test(path);
        resolve(isLetIn ? 'a stranger was let in' : error && problemOf(error, isService));
      });
    });
  }

  /** @returns what is wrong with the stream's end or with one of its answers, or null */
  problemWithStream({ messages, isService }: BatchStreamRequest): Promise<string | null> {
    return new Promise((resolve) => {
      let problem: string | null = null;
      const stream = this.client.makeBidiStreamRequest(
        batchRun.path,
        asIs,
        batchRun.responseDeserialize,
        shown(isService),
        deadline(),
      );
      stream.on('data', ({ answers }: ReturnType<typeof batchRun.responseDeserialize>) => {
        if (!isService) problem = 'a stranger was let in';
        for (const answer of answers) {
          if (FAULTS.includes(answer.status)) problem = `call ${answer.id}: ${answer.status} ${answer.details}`;
        }
      });
      // it comes whether or not there was an error
      stream.on('status', (end) => resolve(problem ?? (end.code === status.OK ? null : problemOf(end, isService))));
      stream.on('error', () => stream.cancel());
      for (const message of messages) stream.write(message);
      stream.end();
    });
  }
}

function problemOf({ code, details }: Pick<ServiceError, 'code' | 'details'>, isService: boolean): string | null {
  if (isService && code === status.UNAUTHENTICATED) return 'the token of the services was not taken';
  return FAULTS.includes(code) && !NO_MESSAGE.test(details) ? `${status[code]}: ${details}` : null;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function shown(isService: boolean): Metadata {
  return isService ? asService() : new Metadata();
}

function deadline(): { deadline: number } {
  return { deadline: Date.now() + DEADLINE_MS };
}
