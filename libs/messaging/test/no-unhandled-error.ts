import { setTimeout as wait } from 'node:timers/promises';

/** Gives errors the time to happen that nobody handles: such an error fails the test that is running. */
export async function noUnhandledError(withinMs = 200): Promise<void> {
  await wait(withinMs);
}
