import {
  RecordTooLargeError,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
  StoreWriteError,
} from '../store/store-errors.js';
import { BrokerError, Code } from './code.js';
import { toBrokerError } from './store-refusals.js';

describe('what a producer is told when its message is not stored', () => {
  it.each([
    ['too much waits for the disk', new StoreBusyError(1), Code.TOO_MANY_REQUESTS, 'flow limit'],
    [
      'it fits into no segment',
      new RecordTooLargeError(2, 1),
      Code.MESSAGE_BODY_TOO_LARGE,
      'the message needs 2 bytes',
    ],
    [
      'the disk is nearly full',
      new StoreFullError(0.9149, 0.9),
      Code.INTERNAL_SERVER_ERROR,
      'service not available now: the disk is 91.4 % full, the broker takes no messages from 90 % on',
    ],
    ['the disk refuses the write', new StoreWriteError(new Error('ENOSPC')), Code.MASTER_PERSISTENCE_TIMEOUT, 'ENOSPC'],
    ['a flush has failed', new StoreFailedError(new Error('EIO')), Code.MASTER_PERSISTENCE_TIMEOUT, 'EIO'],
  ])('%s', (_why, error, code, message) => {
    const refusal = toBrokerError(error);
    expect(refusal).toBeInstanceOf(BrokerError);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
  });
});
