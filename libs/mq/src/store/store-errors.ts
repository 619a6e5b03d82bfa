/** The disk refused a write (full, read-only, I/O error). Nothing of the request was stored. */
export class StoreWriteError extends Error {
  constructor(cause: unknown) {
    super(`the message could not be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/**
 * fdatasync failed. What the disk holds is then unknown and a later fdatasync may wrongly succeed, so the store takes
 * no message until the broker is started again.
 */
export class StoreFailedError extends Error {
  constructor(cause: unknown) {
    super(`the store stopped after a failed flush: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** The record does not fit into one segment. */
export class RecordTooLargeError extends Error {
  constructor(recordBytes: number, limitBytes: number) {
    super(`the message needs ${recordBytes} bytes in the commit log, the limit is ${limitBytes}`);
  }
}

/** More bytes wait for the disk than the configured limit. The client should send again later. */
export class StoreBusyError extends Error {
  constructor(waitingBytes: number) {
    super(`${waitingBytes} bytes are waiting for the disk`);
  }
}

/** The disk is nearly full. Messages that are stored already are still delivered. */
export class StoreFullError extends Error {
  constructor(usedRatio: number, limitRatio: number) {
    const percent = (ratio: number) => `${Math.floor(ratio * 1000) / 10} %`;
    super(
      `service not available now: the disk is ${percent(usedRatio)} full, the broker takes no messages from ${percent(limitRatio)} on`,
    );
  }
}

export class StoreClosedError extends Error {
  constructor() {
    super('the store is closed');
  }
}

/** A file of the data directory was written by a version that this program does not know. */
export class UnknownFormatError extends Error {
  constructor(path: string, found: string, known: string) {
    super(
      `${path} has format ${found}; this broker reads ${known}. Start the version that wrote it, or use another data directory.`,
    );
  }
}

/** Bytes that were once flushed are no longer readable. Starting would lose acknowledged messages silently. */
export class StoreDamagedError extends Error {
  constructor(path: string, detail: string) {
    super(`${path} is damaged: ${detail}`);
  }
}

export class DataDirInUseError extends Error {
  constructor(dataDir: string, pid: number) {
    super(`the data directory ${dataDir} is used by the running process ${pid}`);
  }
}
