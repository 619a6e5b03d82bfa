/**
 * Safeguards, each with the edit that takes it away (`find` is in `file` exactly once) and the quickest spec that must notice.
 * A safeguard whose loss no spec notices is dead code, or a promise that nobody tests.
 */
const STOCK = 'apps/goods-service/src/stock-holds';
const COUPON = 'apps/coupon-service/src/coupon-uses';
const BALANCE = 'apps/user-service/src/balance-payments';
const SCORE = 'apps/user-service/src/score-credits';
const ORDERS = 'apps/order-service/src/order.repository';
const ORDER_MODULE = 'apps/order-service/src/order.module.int-spec';
const PAYMENTS = 'apps/pay-service/src/pay.repository.ts';
const CALLBACK = 'apps/pay-service/src/take-payment-callback';
const INBOX = 'libs/messaging/src/inbox';
const OUTBOX = 'libs/outbox/src';
const KIT = 'libs/service-kit/src';
const CLAIM = `${KIT}/idempotency`;

export const MUTANTS = [
  mutant(
    'stock: taken only while there is enough',
    `${STOCK}.ts`,
    'WHERE goods_id = ? AND goods_number >= ?',
    'WHERE goods_id = ? AND ? IS NOT NULL',
  ),
  mutant('stock: fence, a late hold is refused', `${STOCK}.ts`, '`INSERT INTO stock_hold', '`REPLACE INTO stock_hold'),
  mutant(
    'stock: fence, an undo without a do leaves a tombstone',
    `${STOCK}.ts`,
    'const nothingHeld = await insertIfNew(',
    'const nothingHeld = await (async (..._) => false)(',
  ),
  mutant('stock: given back once', `${STOCK}.ts`, 'if (wasHeld === 0) return;', ''),
  mutant(
    'coupon: used by one order',
    `${COUPON}.ts`,
    'WHERE coupon_id = ? AND user_id = ? AND is_used = 0',
    'WHERE coupon_id = ? AND user_id = ?',
  ),
  mutant(
    'coupon: used by its owner',
    `${COUPON}.ts`,
    'WHERE coupon_id = ? AND user_id = ? AND is_used = 0',
    'WHERE coupon_id = ? AND (user_id = ? OR 1 = 1) AND is_used = 0',
  ),
  mutant('coupon: fence, a late use is refused', `${COUPON}.ts`, '`INSERT INTO coupon_use', '`REPLACE INTO coupon_use'),
  mutant(
    'coupon: fence, an undo without a do leaves a tombstone',
    `${COUPON}.ts`,
    'const notUsed = await insertIfNew(',
    'const notUsed = await (async (..._) => false)(',
  ),
  mutant('coupon: given back once', `${COUPON}.ts`, 'if (wasUsed === 0) return;', ''),
  mutant(
    'balance: taken only while there is enough',
    `${BALANCE}.ts`,
    'WHERE user_id = ? AND user_money >= ?',
    'WHERE user_id = ? AND ? IS NOT NULL',
  ),
  mutant(
    'balance: fence, a late payment is refused',
    `${BALANCE}.ts`,
    '`INSERT INTO balance_payment',
    '`REPLACE INTO balance_payment',
  ),
  mutant(
    'balance: fence, an undo without a do leaves a tombstone',
    `${BALANCE}.ts`,
    'const nothingPaid = await insertIfNew(',
    'const nothingPaid = await (async (..._) => false)(',
  ),
  mutant('balance: given back once', `${BALANCE}.ts`, 'if (wasPaid === 0) return;', ''),
  mutant(
    'score: credited once a payment',
    `${SCORE}.ts`,
    'if (!(await this.insert(tx, payment, score, CREDITED))) return;',
    'await this.insert(tx, payment, score, CREDITED);',
  ),
  mutant('score: taken back once', `${SCORE}.ts`, 'if (wasCredited === 0) return;', ''),
  mutant(
    'score: a refusal that overtakes its payment leaves a tombstone',
    `${SCORE}.ts`,
    'if (await this.insert(tx, payment, 0, TAKEN_BACK)) {',
    'if (tx === undefined) {',
  ),
  mutant(
    'order: confirmed only while it is unconfirmed',
    `${ORDERS}.ts`,
    'WHERE order_id = ? AND order_status = ${OrderStatus.Unconfirmed}`;',
    'WHERE order_id = ?`;',
  ),
  mutant(
    'order: cancelled only from the status that was meant',
    `${ORDERS}.ts`,
    'WHERE order_id = ? AND order_status = ? AND pay_status',
    'WHERE order_id = ? AND order_status <> ? + 100 AND pay_status',
  ),
  mutant(
    'order: the time to pay is over, checked again on arrival',
    `${ORDERS}.ts`,
    ' AND order_status = ? AND pay_status = ${PayStatus.Unpaid}`;',
    ' AND order_status = ?`;',
    ORDER_MODULE,
  ),
  mutant(
    'order: a cancelled order takes no payment',
    `${ORDERS}.ts`,
    'AND order_status = ${OrderStatus.Confirmed} AND pay_status <> ${PayStatus.Paid} AND pay_amount = ?`;',
    'AND pay_status <> ${PayStatus.Paid} AND pay_amount = ?`;',
    ORDER_MODULE,
  ),
  mutant(
    'order: paid by one payment',
    `${ORDERS}.ts`,
    ' AND pay_status <> ${PayStatus.Paid} AND pay_amount = ?`;',
    ' AND pay_amount = ?`;',
    ORDER_MODULE,
  ),
  mutant(
    'order: paid with the amount that is due',
    `${ORDERS}.ts`,
    ' AND pay_amount = ?`;',
    ' AND ? IS NOT NULL`;',
    ORDER_MODULE,
  ),
  mutant(
    'sweeper: cancels what stays unconfirmed',
    'apps/order-service/src/cancel-stuck-orders.job.ts',
    'return stuck + unpaid;',
    'return 0;',
    ORDER_MODULE,
  ),
  mutant(
    'sweeper: leaves young orders alone',
    `${ORDERS}.ts`,
    'WHERE order_status = ${OrderStatus.Unconfirmed} AND add_time < ?',
    'WHERE order_status = ${OrderStatus.Unconfirmed} AND ? IS NOT NULL',
    ORDER_MODULE,
  ),
  mutant(
    'late payment: refused by its order, so that it is refunded',
    'apps/order-service/src/payment-succeeded.listener.ts',
    'tx.add(messages.paymentRefused, { payId, orderId, userId, payAmount, reason });',
    '',
    ORDER_MODULE,
  ),
  mutant(
    'late payment: refunded once',
    PAYMENTS,
    'WHERE pay_id = ? AND is_paid = ?',
    'WHERE pay_id = ? AND ? IS NOT NULL',
    'apps/pay-service/src/payment-messages.int-spec',
  ),
  mutant(
    'payment: one open payment an order',
    PAYMENTS,
    '[payId, orderId, userId, payAmount, moneyPaid, isPaid, createTime, orderId]',
    '[payId, orderId, userId, payAmount, moneyPaid, isPaid, createTime, null]',
    'apps/pay-service/src/create-payment.int-spec',
  ),
  mutant(
    'payment: only an open one can fail',
    PAYMENTS,
    'WHERE pay_id = ? AND is_paid IN (?, ?)',
    'WHERE pay_id = ? AND ? <> ? + 100',
    'apps/trade-interleavings/src/interleavings.spec',
  ),
  mutant(
    'refund: of one order once',
    `${ORDERS}.ts`,
    'AND order_status = ${OrderStatus.Confirmed} AND pay_status = ${PayStatus.Paid}`;',
    'AND pay_status = ${PayStatus.Paid}`;',
    'apps/order-service/src/end-order.int-spec',
  ),
  mutant(
    'callback: repeated, it changes nothing',
    PAYMENTS,
    'WHERE pay_id = ? AND is_paid NOT IN (?, ?)',
    'WHERE pay_id = ? AND ? <> ? + 100',
    `${CALLBACK}.int-spec`,
  ),
  mutant(
    'callback: its amount is the one of the payment',
    `${CALLBACK}.ts`,
    "if ((callback.payAmount ?? amountFen) !== amountFen) throw new ShopError('SHOP_PAY_AMOUNT_INVALID');",
    '',
  ),
  mutant(
    'callback: signed with our key',
    'apps/pay-service/src/callback-signature.ts',
    'if (!signatures.some((signature) => timingSafeEqual(signature, expected))) refuse();',
    '',
    'apps/pay-service/src/callback-signature.spec',
  ),
  mutant(
    'callback: signed just now',
    'apps/pay-service/src/callback-signature.ts',
    '> TOLERANCE_S) {',
    '> TOLERANCE_S * 1e9) {',
    'apps/pay-service/src/callback-signature.spec',
  ),
  mutant(
    'inbox: a message that was done is not done again',
    `${INBOX}.ts`,
    'if (found?.status === DONE) return false;',
    '',
  ),
  mutant(
    'inbox: record and change commit together',
    `${INBOX}.ts`,
    'if (await this.claim(transaction, message)) await work(transaction);',
    'if (await this.claim(transaction, message)) await work(dataSource.manager);',
  ),
  mutant(
    'inbox: a change that was not made leaves no record',
    `${INBOX}.ts`,
    "insertDone('IF(ROW_COUNT() = 1, ?, NULL)')",
    "insertDone('?')",
  ),
  mutant(
    'outbox: a poll sends what was left',
    `${OUTBOX}/relay.ts`,
    'const rows = await claimRows(this.dataSource, this.batchSize, LEASE_MS);',
    'const rows = (await claimRows(this.dataSource, this.batchSize, LEASE_MS)).slice(0, 0);',
    `${OUTBOX}/relay.int-spec`,
  ),
  mutant(
    'outbox: several polls share the rows (FOR UPDATE SKIP LOCKED)',
    `${OUTBOX}/outbox-table.ts`,
    ' LIMIT ? FOR UPDATE SKIP LOCKED`',
    ' LIMIT ?`',
    `${OUTBOX}/relay.int-spec`,
  ),
  mutant(
    'outbox: who claims a row has it for a while',
    `${OUTBOX}/outbox-table.ts`,
    'if (rows.length > 0) await postpone(transaction, idsOf(rows), leaseMs);',
    '',
    `${OUTBOX}/relay.int-spec`,
  ),
  mutant(
    'outbox: no message of a transaction that failed',
    `${OUTBOX}/outbox.ts`,
    'const result = await work(transaction);',
    'const result = await work(transaction).finally(() => this.relay.offer(transaction.rows));',
    `${OUTBOX}/outbox.int-spec`,
  ),
  mutant(
    'outbox: no message of a change that did not happen',
    `${OUTBOX}/outbox-table.ts`,
    "INSERT_VALUES.replace('?', 'IF(ROW_COUNT() = 1, ?, NULL)')",
    "INSERT_VALUES.replace('?', 'IF(ROW_COUNT() <> 100, ?, NULL)')",
    `${OUTBOX}/outbox.int-spec`,
  ),
  mutant(
    'idempotency key: of many at once one is done',
    `${CLAIM}/claim.ts`,
    'AND claim_id = ? AND result_id <=> ? AND lease_until <= CURRENT_TIMESTAMP(3) AND http_status IS NULL`;',
    'AND claim_id = ? AND result_id <=> ? AND http_status IS NULL`;',
    `${CLAIM}/idempotent-requests.int-spec`,
  ),
  mutant(
    'idempotency key: a run that was taken over makes nothing any more',
    `${CLAIM}/claim.ts`,
    'UPDATE idempotency_key SET result_id = ?, lease_until = ${LEASE}\n  WHERE ${OF_REQUEST} AND claim_id = ?',
    'UPDATE idempotency_key SET result_id = ?, lease_until = ${LEASE}\n  WHERE ${OF_REQUEST} AND claim_id <> CONCAT(?, 1)',
    `${CLAIM}/idempotent-requests.int-spec`,
  ),
  mutant(
    'idempotency key: another body is another request',
    `${CLAIM}/claim.ts`,
    "if (row.requestHash !== requestHash) throw new ShopError('SHOP_IDEMPOTENCY_KEY_REUSED');",
    '',
    `${CLAIM}/idempotent-requests.int-spec`,
  ),
  mutant(
    'idempotency key: who takes a request over knows what was made for it',
    `${CLAIM}/claim.ts`,
    'AND result_id <=> ? AND lease_until',
    'AND (result_id <=> ? OR 1 = 1) AND lease_until',
    `${CLAIM}/idempotent-requests.int-spec`,
  ),
  mutant(
    'database: what may be committed is not run again',
    `${KIT}/database/joined-transactions.ts`,
    'if (isRefusedBySql(error)) return false;',
    'if (error) return false;',
    `${KIT}/database/joined-transactions.spec`,
  ),
  mutant(
    'database: who shares a transaction with one that is refused is done all the same',
    `${KIT}/database/joined-transactions.ts`,
    'if (isRefusedBySql(error)) return false;',
    '',
  ),
  mutant(
    'database: transactions that share one lock rows in one order',
    `${KIT}/database/joined-transactions.ts`,
    'units.sort(',
    '[...units].sort(',
    `${KIT}/database/joined-transactions.spec`,
  ),
  mutant(
    'ids: a worker belongs to who took it last',
    `${KIT}/ids/worker-leases.ts`,
    'WHERE worker_id = ? AND holder = ?',
    'WHERE worker_id = ? AND ? IS NOT NULL',
  ),
  mutant(
    'ids: of a payment have workers of their own in each database',
    `${KIT}/ids/worker-leases.ts`,
    'pay: { first: (MAX_WORKER_ID >> 1) + 1,',
    'pay: { first: 0,',
  ),
  mutant(
    'ids: begin where the lease of another one ended',
    `${KIT}/ids/id-generator.ts`,
    'if (afterMs >= this.lastMs) {',
    'if (afterMs < 0) {',
    `${KIT}/ids/id-generator.spec`,
  ),
  mutant(
    'ids: go on when the clock goes back',
    `${KIT}/ids/id-generator.ts`,
    'if (nowMs > ms) [ms, sequence]',
    'if (nowMs !== ms) [ms, sequence]',
    `${KIT}/ids/id-generator.spec`,
  ),
  mutant(
    'calls: an instance that hangs is left out after a deadline',
    `${KIT}/grpc/call-stream.ts`,
    'this.retire(); // the instance may hang',
    '// the instance may hang',
  ),
  mutant(
    'calls: an instance that takes none gets none',
    `${KIT}/grpc/call-batcher.ts`,
    'if (stream.taken || !present) return stream;',
    'if (stream) return stream;',
    `${KIT}/grpc/call-stream.int-spec`,
  ),
  mutant(
    'calls: a service that does not answer is not called',
    `${KIT}/grpc/breaker.ts`,
    'const FAILURES_IN_A_ROW = 10;',
    'const FAILURES_IN_A_ROW = 1e9;',
  ),
  mutant(
    'load: more than can be answered in time is refused',
    `${KIT}/auth/load-limit.ts`,
    'inFlight >= limit',
    'inFlight < 0',
  ),
  mutant(
    'load: the limit follows from answers that are late',
    `${KIT}/auth/load-limit.ts`,
    'performance.now() - sinceMs > LATE_MS',
    'sinceMs < 0',
  ),
  mutant(
    'load: a user or an address has its share',
    `${KIT}/auth/rate-limiter.ts`,
    'this.startMs(key, nowMs) + this.intervalMs - this.burstMs',
    'this.startMs(key, nowMs) + this.intervalMs - 2 * this.burstMs',
    `${KIT}/auth/rate-limiter.spec`,
  ),
  mutant(
    'saga: an order that failed is cancelled',
    'apps/order-service/src/cancel-order.ts',
    'tx.add(messages.orderCancelled, await this.orders.cancellation(tx, orderId));',
    '',
    ORDER_MODULE,
  ),
  mutant(
    'access: a user acts for themself only',
    `${KIT}/auth/identity.ts`,
    "return this.role !== 'user' || this.userId === userId;",
    'return true || this.userId === userId;',
    `${KIT}/auth/identity.spec`,
  ),
  mutant(
    'access: gRPC takes the services only',
    `${KIT}/grpc/peers.ts`,
    'if (this.takenTokens.some((token) => timingSafeEqual(token, digest))) return undefined;',
    'if (this.takenTokens.some((token) => token.length === digest.length)) return undefined;',
    `${KIT}/grpc/peers.int-spec`,
  ),
  mutant(
    'access: metrics need their token',
    `${KIT}/metrics/metrics-door.ts`,
    "if (!timingSafeEqual(hash(given), hash(token))) throw new ShopError('SHOP_TOKEN_INVALID');",
    '',
  ),
  mutant(
    'access: metrics are not passed on by a proxy',
    `${KIT}/metrics/metrics-door.ts`,
    'return !isPassedOn && isLoopback(',
    'return isLoopback(',
  ),
];

/** @param spec a spec without its ending; beside the file where none is named */
function mutant(safeguard, file, find, replace, spec = file.replace(/\.ts$/, '.int-spec')) {
  return { safeguard, file, find, replace, spec: `${spec}.ts` };
}

/** The source without the safeguard. @throws when the place is not there, or not the only one */
export function withoutSafeguard({ safeguard, file, find, replace }, source) {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${safeguard}: ${places} places instead of one in ${file}: ${find}`);
  return source.replace(find, () => replace);
}
