/** What the tools print: one line a step, with the seconds since the tool started. */
const startedAtMs = Date.now();

// A reader that went away (`npm start | head`) must not take the supervisor down. Once: Jest loads this file for each spec.
if (process.stdout.listenerCount('error') === 0) {
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

export function say(line) {
  const elapsedS = ((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`[${elapsedS}s] ${line}\n`);
}

/** An error that is the user's to mend: its message is all that is printed, without a stack. */
export class UserError extends Error {}

export function explain(error) {
  return error instanceof UserError ? error.message : (error.stack ?? String(error));
}
