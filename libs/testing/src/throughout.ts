const LOOK_EVERY_MS = 50;

/** Looks again and again for so long, where the rule is that nothing changes. @throws as soon as `check` does */
export async function throughout(forMs: number, check: () => unknown): Promise<void> {
  const endMs = Date.now() + forMs;
  do {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    await check();
  } while (Date.now() < endMs);
}
