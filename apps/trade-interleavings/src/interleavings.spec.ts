import { jest } from '@jest/globals';
import { explore } from './engine/explore.js';
import { ALL_KINDS, scenarios, type Scenario } from './trade/scenario.js';
import { TradeModel } from './trade/trade-model.js';

jest.setTimeout(3_600_000);
const MAX_STATES = 5_000_000;
/** So many faults, of every kind. */
const DEEPER = process.env['INTERLEAVINGS_FAULTS'];

it.each<Scenario>(Object.values(scenarios))('the books balance in every interleaving of $name', async (scenario) => {
  const { faults, kinds } = DEEPER === undefined ? scenario : { faults: Number(DEEPER), kinds: ALL_KINDS };
  const model = await TradeModel.create({ ...scenario, faults, kinds });
  const startedAtMs = performance.now();
  const { states, steps, counterexample } = await explore(model, MAX_STATES);
  model.stop();
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  process.stdout.write(
    `${scenario.name}, at most ${faults} of ${kinds.join('/')}: ${states} states, ${steps} steps, ${model.settledStates} ends, ${seconds} s\n`,
  );
  expect(counterexample).toBeUndefined();
  expect(model.settledStates).toBeGreaterThan(1);
});
