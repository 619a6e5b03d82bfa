import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { Log } from '../logging.js';
import { showGauge } from '../metrics/metrics.js';
import { ShopError } from '../shop-error.js';

const FAILURES_IN_A_ROW = 10;
const TRY_AGAIN_AFTER_MS = 1_000;
/** A service that nobody has called for longer may answer again: it is shown as open no more. */
const SHOWN_AS_OPEN_MS = 60_000;

const breakers = new Map<string, Breaker>();
showGauge('trade_breaker_open', '1 while calls are refused because the service does not answer.', ['callee'], () =>
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

  private refusedAtMs = 0;

  constructor(service: string) {
    this.circuit.onBreak(() => this.log.warn('service does not answer, it is tried once a second', { service }));
    this.circuit.onReset(() => this.log.info('service answers again', { service }));
    breakers.set(service, this);
  }

  get isOpen(): boolean {
    return this.circuit.state !== CircuitState.Closed && Date.now() - this.refusedAtMs < SHOWN_AS_OPEN_MS;
  }

  /** @throws {ShopError} SHOP_SERVICE_UNAVAILABLE without a call; else what the call throws */
  async execute<Result>(call: () => Promise<Result>): Promise<Result> {
    // the library lets others wait for the call that finds out
    if (this.circuit.state === CircuitState.HalfOpen) throw this.refusal();
    try {
      return await this.circuit.execute(call);
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw this.refusal();
      throw error;
    }
  }

  private refusal(): ShopError {
    this.refusedAtMs = Date.now();
    return new ShopError('SHOP_SERVICE_UNAVAILABLE');
  }
}
