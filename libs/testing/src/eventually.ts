export interface EventuallyOptions {
  timeoutMs?: number;
  intervalMs?: number;
}

/**
 * Calls `check` until it neither throws nor returns false, and gives its result.
 * @throws the last error of `check` when the time is over
 */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  { timeoutMs = 10_000, intervalMs = 50 }: EventuallyOptions = {},
): Promise<Exclude<Result, false>> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      const result = await check();
      if (result !== false) return result as Exclude<Result, false>;
      if (Date.now() >= deadlineMs) throw new Error(`still false after ${timeoutMs} ms`);
    } catch (error) {
      if (Date.now() >= deadlineMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

/** Looks until nothing is left, or the time is over. @returns what is left then */
export async function eventuallyNone<Item>(
  look: () => Item[] | Promise<Item[]>,
  { timeoutMs = 10_000, intervalMs = 50 }: EventuallyOptions = {},
): Promise<Item[]> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const left = await look();
    if (left.length === 0 || Date.now() >= deadlineMs) return left;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
