/** Orders through the front door: POST /order/confirm over kept-alive connections. */
import http from 'node:http';
import { BALANCE_PART_YUAN, couponId, ownerOfCoupon, PRICE_YUAN } from './dataset.mjs';

export function restClient(orderPort, inFlight) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: inFlight });

  return {
    close: () => agent.destroy(),

    async placeOrder(order, goodsId) {
      const body = JSON.stringify({
        userId: ownerOfCoupon(order),
        goodsId,
        goodsNumber: 1,
        goodsPrice: PRICE_YUAN,
        orderAmount: PRICE_YUAN,
        shippingFee: 0,
        couponId: couponId(order),
        moneyPaid: BALANCE_PART_YUAN,
        address: 'somewhere',
        consignee: 'someone',
      });
      const answer = await post(agent, orderPort, '/order/confirm', body);
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.body}`);
    },
  };
}

function post(agent, port, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body: text }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
