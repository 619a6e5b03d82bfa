import { runFuzz } from './fuzz-run.js';

it('whatever is sent to the doors, no request ends in an error of ours, no process dies, no handle stays open', async () => {
  const { sent, violations } = await runFuzz({ seed: 1, requests: 4_000 });
  expect(violations).toEqual([]);
  for (const count of sent.values()) expect(count).toBeGreaterThan(0);
});
