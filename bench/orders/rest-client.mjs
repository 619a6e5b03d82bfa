/**
 * Requests through the front door over kept-alive connections, one at a time on each. Plain sockets, because the load generator shares the processor with what it measures.
 */
import { connect } from 'node:net';
import { BALANCE_PART_YUAN, couponId, ownerOfCoupon, PRICE_YUAN } from './dataset.mjs';

export function restClient(orderPort, inFlight) {
  const pool = connections(orderPort, inFlight);
  return {
    close: () => pool.close(),

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
      await pool.post('/order/confirm', body);
    },
  };
}

/** Posts JSON; whatever is not answered with 200 is an error with the whole answer as its message. */
export function connections(port, count) {
  const idle = Array.from({ length: count }, () => new Connection(port));
  return {
    close: () => idle.forEach((connection) => connection.close()),

    async post(path, body, moreHeaders = '') {
      const connection = idle.pop();
      try {
        const answer = await connection.post(path, body, moreHeaders);
        if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(answer);
      } finally {
        idle.push(connection);
      }
    },
  };
}

class Connection {
  #port;
  #socket;
  #answer = '';
  #waiting;

  constructor(port) {
    this.#port = port;
    this.#open();
  }

  #open() {
    this.#socket = connect(this.#port, '127.0.0.1').setNoDelay().setEncoding('latin1');
    this.#socket.on('data', (text) => this.#receive(text));
    this.#socket.on('error', (error) => this.#settle('reject', error));
    this.#socket.on('close', () => this.#settle('reject', new Error('the connection was closed')));
  }

  /** @returns the answer with its headers */
  post(path, body, moreHeaders) {
    // the server closes connections that are idle for long
    if (!this.#socket.writable) this.#open();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${moreHeaders}\r\n${body}`,
      );
    });
  }

  close() {
    this.#socket.destroy();
  }

  #receive(text) {
    this.#answer += text;
    const headersEnd = this.#answer.indexOf('\r\n\r\n');
    if (headersEnd < 0) return;
    const length = /^content-length: (\d+)/im.exec(this.#answer.slice(0, headersEnd));
    if (!length) this.#settle('reject', new Error(`an answer without a length: ${this.#answer}`));
    else if (this.#answer.length >= headersEnd + 4 + Number(length[1])) this.#settle('resolve', this.#answer);
  }

  #settle(how, result) {
    this.#answer = '';
    this.#waiting?.[how](result);
    this.#waiting = undefined;
  }
}
