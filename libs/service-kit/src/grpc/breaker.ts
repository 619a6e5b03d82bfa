import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { Log } from '../logging.js';
import { showGauge } from '../metrics/metrics.js';
import { ShopError } from '../shop-error.js';

const FAILURES_IN_A_ROW = 10;
const TRY_AGAIN_AFTER_MS = 1_000;

const breakers = new Map<string, Breaker>();
showGauge('trade_breaker_open', '1 while a service that does not answer is not called.', ['callee'], () =>
  [...breakers].map(([callee, { isOpen }]) => [{ callee }, Number(isOpen)]),
);

/**
 * Stops calling a service that does not answer: after ten failed calls in a row further ones fail at once, so that nobody
 * waits for a deadline in vain and nothing piles up. Each second one call finds out whether the service is back.
 */
export class Breaker {
  private readonly log = new Log(Breaker.name);
  private readonly circuit = circuitBreaker(
    handleWhen((error) => error instanceof ShopError && error.retriable),
    { breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW), halfOpenAfter: TRY_AGAIN_AFTER_MS },
  );

  constructor(service: string) {
    this.circuit.onBreak(() => this.log.warn('service does not answer, it is tried once a second', { service }));
    this.circuit.onReset(() => this.log.info('service answers again', { service }));
    breakers.set(service, this);
  }

  get isOpen(): boolean {
    return this.circuit.state !== CircuitState.Closed;
  }

  /** @throws {ShopError} SHOP_SERVICE_UNAVAILABLE without a call; else what the call throws */
  async execute<Result>(call: () => Promise<Result>): Promise<Result> {
    // the library lets others wait for the call that finds out
    if (this.circuit.state === CircuitState.HalfOpen) throw new ShopError('SHOP_SERVICE_UNAVAILABLE');
    try {
      return await this.circuit.execute(call);
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw new ShopError('SHOP_SERVICE_UNAVAILABLE');
      throw error;
    }
  }
}
