/** From the events of an order to what is drawn: arrows between lanes, bars on lanes, and marks. */

const LANES = ['customer', 'order', 'goods', 'coupon', 'user', 'broker', 'pay', 'platform'];
const COMPENSATIONS = /cancel|released|given back|refund|taken back|refused|came first/;
/** How far the clocks of two processes may be apart, in ms. */
const CLOCK_MS = 3;

/**
 * @returns lanes: those that something happens on; moments: in their order, each `{at, kind, from?, to?, lane?, event, …}`;
 * bars: `{lane, from, to}`, when somebody was at work
 */
export function timelineModel(recorded) {
  const events = withAttempts(recorded);
  const moments = [];
  const bars = [];
  const served = new Set();
  for (const event of events) {
    if (event.kind === 'http') addRequest(event, moments, bars);
    if (event.kind === 'call') addCall(event, events, served, moments, bars);
    if (event.kind === 'send') addSend(event, moments);
    if (event.kind === 'receive') addReceive(event, moments, bars);
    if (['state', 'duplicate', 'fault', 'start'].includes(event.kind)) {
      moments.push({ at: event.offsetMs, kind: event.kind, lane: event.service, event, undone: isUndone(event) });
    }
  }
  for (const event of events) if (event.kind === 'serve' && !served.has(event)) addServe(event, moments, bars);
  moments.sort((a, b) => a.at - b.at);
  const used = new Set(moments.flatMap(({ lane, from, to }) => [lane, from, to]));
  return { lanes: LANES.filter((lane) => used.has(lane)), moments, bars, outages: outagesOf(moments) };
}

/** A call that is made again after it failed is another attempt. */
export function withAttempts(events) {
  const failed = new Map();
  return events.map((event) => {
    const call = `${event.service} ${event.name}`;
    if (event.kind !== 'call' || event.name.startsWith('platform.')) return event;
    const attempt = (failed.get(call) ?? 0) + 1;
    failed.set(call, event.failure ? attempt : 0);
    return { ...event, details: { ...event.details, attempt } };
  });
}

/** From the last sign of life of a process to its next start. */
function outagesOf(moments) {
  return moments.flatMap((start, index) => {
    if (start.kind !== 'start') return [];
    const last = moments.slice(0, index).findLast(({ lane }) => lane === start.lane);
    return last ? [{ lane: start.lane, from: last, to: start }] : [];
  });
}

/** Whether it takes something back. */
export function isUndone({ kind, name, failure }) {
  return ['state', 'send', 'receive'].includes(kind) && COMPENSATIONS.test(name) && !failure;
}

export const endOf = ({ offsetMs, durationMs }) => offsetMs + (durationMs ?? 0);

function addRequest(event, moments, bars) {
  const from = event.name.endsWith('/callbackPayment') ? 'platform' : 'customer';
  addThereAndBack(event, from, event.service, moments);
  bars.push({ lane: event.service, from: event.offsetMs, to: endOf(event) });
}

function addCall(event, events, served, moments, bars) {
  const isReport = event.name.startsWith('platform.');
  const [from, to] = isReport ? ['platform', 'pay'] : [event.service, event.name.split('.')[0]];
  const answer = events.find((other) =>
    isReport ? other.kind === 'http' && isWithin(other, event) : isAnswer(other, event, to) && !served.has(other),
  );
  // the platform's report is drawn as the request that pay-service answered
  if (isReport && answer) return;
  addThereAndBack(event, from, to, moments);
  if (!answer) return;
  served.add(answer);
  addServe(answer, [], bars);
}

function isAnswer(other, call, service) {
  return other.kind === 'serve' && other.name === call.name && other.service === service && isWithin(other, call);
}

function isWithin({ offsetMs }, call) {
  return offsetMs >= call.offsetMs - CLOCK_MS && offsetMs <= endOf(call) + CLOCK_MS;
}

function addThereAndBack(event, from, to, moments) {
  moments.push({ at: event.offsetMs, kind: 'call', from, to, event });
  moments.push({ at: endOf(event), kind: 'return', from: to, to: from, event });
}

/** Its caller died, or has not recorded that it called. */
function addServe(event, moments, bars) {
  moments.push({ at: event.offsetMs, kind: 'serve', lane: event.service, event });
  bars.push({ lane: event.service, from: event.offsetMs, to: endOf(event) });
}

function addSend(event, moments) {
  moments.push({ at: event.offsetMs, kind: 'send', from: event.service, to: 'broker', event, undone: isUndone(event) });
}

function addReceive(event, moments, bars) {
  const undone = isUndone(event);
  moments.push({ at: event.offsetMs, kind: 'receive', from: 'broker', to: event.service, event, undone });
  bars.push({ lane: event.service, from: event.offsetMs, to: endOf(event), undone });
}
