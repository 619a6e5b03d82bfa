import { jest } from '@jest/globals';
import { explore } from './engine/explore.js';
import { scenarios, type Scenario } from './trade/scenario.js';
import { TradeModel } from './trade/trade-model.js';

jest.setTimeout(120_000);
const MAX_STATES = 2_000_000;

it.each<Scenario>(Object.values(scenarios))('the books balance in every interleaving of $name', async (scenario) => {
  const faults = Number(process.env['INTERLEAVINGS_FAULTS'] ?? scenario.faults);
  const model = await TradeModel.create({ ...scenario, faults });
  const startedAtMs = performance.now();
  const { states, steps, counterexample } = await explore(model, MAX_STATES);
  model.stop();
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  process.stdout.write(
    `${scenario.name}, at most ${faults} faults: ${states} states, ${steps} steps, ${model.settledStates} ends, ${seconds} s\n`,
  );
  expect(counterexample).toBeUndefined();
  expect(model.settledStates).toBeGreaterThan(1);
});
