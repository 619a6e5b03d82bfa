import { randomBytes } from 'node:crypto';
import { anOrder, eventually, type ProcessName } from '@trade/testing';
import { deployedExpressions, namesExposed, namesIn } from './metric-names.js';
import type { PaymentView, OrderView } from './shop-client.js';
import { signature } from './shop-client.js';
import { TraceCollector } from './trace-collector.js';
import { CALLBACK_SECRET, TradeSystem } from './trade-system.js';

const COUPON_ID = '345988230098857986';
const PROCESSED_WITHIN_MS = 30_000;
const EXPECTED_SPANS = [
  'order-service server POST /order/confirm',
  '  order-service client trade.coupon.v1.CouponService/GetCoupon',
  '    coupon-service server trade.coupon.v1.CouponService/GetCoupon',
  '  order-service client trade.coupon.v1.CouponService/UseCoupon',
  '    coupon-service server trade.coupon.v1.CouponService/UseCoupon',
  '  order-service client trade.goods.v1.GoodsService/GetGoods',
  '    goods-service server trade.goods.v1.GoodsService/GetGoods',
  '  order-service client trade.goods.v1.GoodsService/HoldStock',
  '    goods-service server trade.goods.v1.GoodsService/HoldStock',
  '  order-service client trade.user.v1.UserService/GetUser',
  '    user-service server trade.user.v1.UserService/GetUser',
  '  order-service client trade.user.v1.UserService/PayFromBalance',
  '    user-service server trade.user.v1.UserService/PayFromBalance',
  '  order-service producer send orderTimeoutTopic',
  '  order-service producer send orderTopic',
  'pay-service server POST /pay/callbackPayment',
  '  pay-service producer send payTopic',
  '    order-service consumer process payTopic',
  '    pay-service consumer process payTopic',
  '    user-service consumer process payTopic',
  'pay-service server POST /pay/createPayment',
  '  pay-service client trade.order.v1.OrderService/GetOrder',
  '    order-service server trade.order.v1.OrderService/GetOrder',
];

/** An Apache RocketMQ has an exporter of its own, elsewhere. */
const HAS_BROKER = !process.env['ROCKETMQ_ENDPOINT'];
const SERVICES = ['ORDER', 'PAY', 'GOODS', 'COUPON', 'USER'];
/** What Prometheus itself adds. */
const ADDED_METRICS = ['up'];
const ADDED_LABELS = ['service', 'instance', 'le'];

const traceId = randomBytes(16).toString('hex');
const customersSpan = randomBytes(8).toString('hex');
const traceparent = `00-${traceId}-${customersSpan}-01`;

let system: TradeSystem;
let collector: TraceCollector;
let order: OrderView;
let payment: PaymentView;

beforeAll(async () => {
  collector = await TraceCollector.start();
  system = await TradeSystem.start({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '100' },
  });
  const { orderUrl, payUrl } = system.stack;
  const send = async <Data>(url: string, body: object): Promise<Data> => {
    const text = JSON.stringify(body);
    const headers = { traceparent, 'x-pay-signature': signature(text, CALLBACK_SECRET) };
    const answer = await system.shop.post<Data>(url, text, headers);
    expect(answer).toMatchObject({ status: 200 });
    return answer.data;
  };
  order = await send(`${orderUrl}/order/confirm`, anOrder({ couponId: COUPON_ID, moneyPaid: '100.00' }));
  const { orderId, payAmount } = order;
  payment = await send(`${payUrl}/pay/createPayment`, { orderId, payAmount });
  await send(`${payUrl}/pay/callbackPayment`, { payId: payment.payId, isPaid: 2 });
});
afterAll(async () => {
  await system?.stop();
  await collector?.stop();
});

describe('an order and its payment, asked for as part of one trace', () => {
  it('leave one tree of spans in five services: HTTP, gRPC, outbox, broker and listeners', async () => {
    await eventually(() => expect(collector.tree(traceId, customersSpan)).toEqual(EXPECTED_SPANS), {
      timeoutMs: PROCESSED_WITHIN_MS,
    });
  });

  it('are found by the id of the order, with what happened to it', () => {
    const { orderId } = order;
    const events = collector.spans
      .filter(({ attributes }) => attributes['trade.order_id'] === orderId)
      .flatMap(({ service, events }) => events.map((event) => `${service}: ${event}`));
    expect(events.sort()).toEqual([
      'coupon-service: coupon used',
      'goods-service: stock held',
      'order-service: order confirmed',
      'order-service: order created',
      'order-service: order paid',
      'pay-service: payment logged',
      'pay-service: payment opened',
      'pay-service: payment paid',
      'user-service: paid from balance',
      'user-service: score credited',
    ]);
  });

  it('tell of the requests, calls and messages in the words of OpenTelemetry', () => {
    const { orderId } = order;
    const attributesOf = (name: string, kind: string) =>
      collector.spans.find((span) => span.name === name && span.kind === kind)?.attributes;
    expect(attributesOf('POST /order/confirm', 'server')).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/order/confirm',
      'http.response.status_code': '200',
    });
    expect(attributesOf('trade.goods.v1.GoodsService/HoldStock', 'client')).toMatchObject({
      'rpc.system': 'grpc',
      'rpc.service': 'trade.goods.v1.GoodsService',
      'rpc.method': 'HoldStock',
    });
    expect(attributesOf('send orderTopic', 'producer')).toMatchObject({
      'messaging.system': 'rocketmq',
      'messaging.destination.name': 'orderTopic',
      'messaging.rocketmq.message.keys': orderId,
    });
    expect(attributesOf('process payTopic', 'consumer')).toMatchObject({
      'messaging.operation.type': 'process',
      'messaging.rocketmq.message.tag': 'pay_success',
      'messaging.rocketmq.message.keys': payment.payId,
    });
  });

  it('leave no spans of health checks', () => {
    expect(collector.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
  });
});

describe('/metrics', () => {
  const metricsOf = async (service: string): Promise<string> => {
    const port = service === 'MQ' ? 'MQ_ADMIN_PORT' : `${service}_HTTP_PORT`;
    const answer = await fetch(`http://127.0.0.1:${system.stack.port(port)}/metrics`);
    expect(answer.status).toBe(200);
    return answer.text();
  };

  it('of order-service tell of orders, steps of the saga, calls, messages and requests', async () => {
    expect(await system.shop.confirm(anOrder({ goodsPrice: '1.00' }))).toMatchObject({ status: 409 });
    const lines = (await metricsOf('ORDER')).split('\n');
    const calls = 'grpc_service="trade.goods.v1.GoodsService",grpc_method="HoldStock",grpc_code="OK"';
    const handled = 'topic="payTopic",group="order_payTopic_group",outcome="done"';
    const confirmations = 'http_request_method="POST",http_route="/order/confirm",http_response_status_code="200"';
    expect(lines).toEqual(
      expect.arrayContaining([
        'trade_orders_total{outcome="confirmed",reason=""} 1',
        'trade_orders_total{outcome="paid",reason=""} 1',
        'trade_orders_total{outcome="refused",reason="SHOP_GOODS_PRICE_INVALID"} 1',
        'trade_orders_total{outcome="cancelled",reason="not paid in time"} 0',
        ...['create', 'hold stock', 'use coupon', 'pay from balance', 'confirm'].map(
          (step) => `trade_saga_step_duration_seconds_count{step="${step}"} 1`,
        ),
        'trade_saga_step_duration_seconds_count{step="check"} 2',
        `grpc_client_handled_total{${calls}} 1`,
        `trade_messages_handled_total{${handled}} 1`,
        `http_server_request_duration_seconds_count{${confirmations}} 1`,
        'trade_breaker_open{callee="GoodsService"} 0',
        'trade_outbox_messages{state="waiting"} 0',
        'trade_outbox_oldest_age_seconds 0',
        'trade_inbox_failed_messages 0',
        'trade_producer_ready 1',
        'trade_listener_ready{topic="payTopic",group="order_payTopic_group"} 1',
        'trade_requests_refused_total{code="SHOP_OVERLOADED"} 0',
      ]),
    );
  });

  it('of pay-service tell of payments and callbacks', async () => {
    const body = JSON.stringify({ payId: payment.payId, isPaid: 2 });
    expect(await system.shop.callback(body)).toMatchObject({ status: 200 });
    expect(await system.shop.callbackSigned(body, undefined)).toMatchObject({ status: 401 });
    expect((await metricsOf('PAY')).split('\n')).toEqual(
      expect.arrayContaining([
        'trade_payments_total{outcome="opened"} 1',
        'trade_payments_total{outcome="paid"} 1',
        'trade_payments_total{outcome="refunded"} 0',
        'trade_payment_callbacks_total{code="SHOP_SUCCESS"} 2',
        'trade_payment_callbacks_total{code="SHOP_PAY_SIGNATURE_INVALID"} 1',
      ]),
    );
  });

  it.each(SERVICES)('of %s tell of its process and its calls', async (service) => {
    const text = await metricsOf(service);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.]+/m);
    expect(text).toMatch(/^nodejs_gc_duration_seconds_count/m);
    expect(text).toMatch(/^grpc_server_handled_total\{.*grpc_code="OK"\} \d+/m);
    expect(text).toMatch(/^trade_listener_ready\{.*\} 1$/m);
  });

  describe('have every name that is used in', () => {
    const exposed = { metrics: new Set(ADDED_METRICS), labels: new Set(ADDED_LABELS) };

    beforeAll(async () => {
      for (const part of HAS_BROKER ? [...SERVICES, 'MQ'] : SERVICES) {
        const { metrics, labels } = namesExposed(await metricsOf(part));
        for (const name of metrics) exposed.metrics.add(name);
        for (const name of labels) exposed.labels.add(name);
      }
    });

    const expressions = deployedExpressions().filter(([, text]) => HAS_BROKER || !text.includes('rocketmq_'));
    it.each(expressions)('%s', (_where, expression) => {
      const { metrics, labels } = namesIn(expression);
      expect(metrics.size).toBeGreaterThan(0);
      expect([...metrics].filter((name) => !exposed.metrics.has(name))).toEqual([]);
      expect([...labels].filter((name) => !exposed.labels.has(name))).toEqual([]);
    });
  });
});

describe('the log', () => {
  it('has one line for every change of an order and what belongs to it, with its id and its trace', async () => {
    expect(await system.shop.refund(order.orderId)).toMatchObject({ status: 200 });
    const linesAboutOrder = (): { service: string; msg: string; traceId?: string }[] =>
      SERVICES.flatMap((name) => system.stack.log(`${name.toLowerCase()}-service` as ProcessName).split('\n'))
        .filter((line) => line.includes(`"orderId":"${order.orderId}"`))
        .map((line) => JSON.parse(line) as { service: string; msg: string; traceId?: string });
    await eventually(() =>
      expect(
        linesAboutOrder()
          .map(({ service, msg }) => `${service}: ${msg}`)
          .sort(),
      ).toEqual([
        'coupon-service: coupon given back',
        'coupon-service: coupon used',
        'goods-service: stock held',
        'goods-service: stock released',
        'order-service: order confirmed',
        'order-service: order created',
        'order-service: order paid',
        'order-service: order refunded',
        'pay-service: payment logged',
        'pay-service: payment opened',
        'pay-service: payment paid',
        'pay-service: payment refunded',
        'user-service: balance refunded',
        'user-service: paid from balance',
        'user-service: score credited',
        'user-service: score taken back',
      ]),
    );
    expect(linesAboutOrder().filter((line) => line.traceId === undefined)).toEqual([]);
    await system.settled();
  });
});
