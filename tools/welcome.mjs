import { accessToken } from './access-token.mjs';

/** The case's own first order, on the sample rows. */
const FIRST_ORDER = {
  userId: '345963634385633280',
  goodsId: '345959443973935104',
  goodsNumber: 1,
  goodsPrice: 1000,
  shippingFee: 0,
  orderAmount: 1000,
  couponId: '345988230098857985',
  moneyPaid: 100,
  address: '北京',
};

/** Tells where everything is and what to try first. */
export async function welcome(parts, { host, dataDir, adminUrl, env }) {
  const url = (name) => `http://${host}:${parts.find((part) => part.name === name).ports.http}`;
  const rows = parts.map(({ name, ports }) => [name, url(name), `gRPC ${ports.grpc}`, notes(name, url(name))]);
  const { hostname, port } = new URL(adminUrl);
  rows.push(['database', `mysql://${hostname}:${port || 3306}`, '', `admin URL in ${dataDir}/stack.json`]);
  if (env.ROCKETMQ_ENDPOINT) rows.push(['Apache RocketMQ', env.ROCKETMQ_ENDPOINT, '', '']);

  const json = { 'content-type': 'application/json', ...(needsToken(env) && { authorization: 'Bearer …' }) };
  const lines = [
    '',
    ...table(rows),
    '',
    'Place a first order:',
    '',
    curl(`${url('order-service')}/order/confirm`, FIRST_ORDER, json),
    '',
    'Pay it: put the orderId and the payAmount of the answer in here, then the payId of this answer in the second',
    '',
    curl(`${url('pay-service')}/pay/createPayment`, { orderId: '…', payAmount: 880 }, json),
    curl(`${url('pay-service')}/pay/callbackPayment`, { payId: '…', isPaid: 2 }, json),
    ...(env.PAY_CALLBACK_SECRET ? ['', 'The callback needs its X-Pay-Signature: PAY_CALLBACK_SECRET is set.'] : []),
    '',
    ...(await whoMayComeIn(url('order-service'), env)),
    '',
    `Logs: ${dataDir}/logs    Stop: Ctrl-C`,
    '',
  ];
  process.stdout.write(lines.join('\n') + '\n');
}

function needsToken(env) {
  return env.NODE_ENV === 'production';
}

async function whoMayComeIn(url, env) {
  if (needsToken(env)) return ['Requests need a token: npm run --silent token -- --user <id>, or --operator <name>'];
  const { userId } = FIRST_ORDER;
  return [
    'ANYONE MAY SEE AND DO EVERYTHING: requests without a token are taken, because NODE_ENV is not production.',
    'A token is checked all the same. This one is for 12 hours, and for the user of the first order:',
    '',
    `  TOKEN=${await accessToken('user', userId, { env })}`,
    `  curl -s '${url}/order?userId=${userId}' -H "authorization: Bearer $TOKEN"`,
    '',
    'More of them: npm run --silent token -- --user <id>, or --operator <name>',
  ];
}

function notes(name, url) {
  if (name === 'mq-broker') return `console ${url}`;
  if (name === 'order-service') return `shop ${url}/  API ${url}/docs`;
  return name === 'pay-service' ? `API ${url}/docs` : '';
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd());
}

function curl(url, body, headers) {
  const flags = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
  return `  curl -s ${url} ${flags.join(' ')} -d '${JSON.stringify(body)}'`;
}
