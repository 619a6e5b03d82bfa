import { existsSync, readFileSync } from 'node:fs';

/** A Ctrl-C under npm arrives twice: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 1_000;
const PARENT_CHECK_MS = 1_000;

/** Resolves at the first request to stop, after `first(why)`; `again()` is called for a later one. */
export function onStopRequest({ first, again }) {
  return new Promise((resolve) => {
    let requestedAtMs = null;
    const request = (why) => {
      if (requestedAtMs === null) {
        requestedAtMs = Date.now();
        first(why);
        resolve();
      } else if (Date.now() - requestedAtMs > SAME_REQUEST_MS) {
        again();
      }
    };
    for (const name of ['SIGINT', 'SIGTERM', ...(isHangupIgnored() ? [] : ['SIGHUP'])]) {
      process.on(name, () => request(name));
    }
    // An npm or a test run that was killed passes nothing on.
    if (process.env.npm_lifecycle_event || process.env.STOP_WITH_PARENT) {
      const parent = process.ppid;
      const check = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(check);
        request('the process that started this one is gone');
      }, PARENT_CHECK_MS);
    }
  });
}

/** Under nohup we outlive the terminal. The mask of ignored signals is hexadecimal; SIGHUP is its lowest bit. */
function isHangupIgnored() {
  const path = '/proc/self/status';
  const mask = existsSync(path) && readFileSync(path, 'utf8').match(/^SigIgn:\s*([0-9a-f]+)/m)?.[1];
  return Boolean(mask) && (BigInt(`0x${mask}`) & 1n) === 1n;
}
