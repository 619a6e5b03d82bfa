const SYMBOLS = {
  http: '⇥',
  call: '→',
  serve: '←',
  state: '●',
  send: '✉→',
  receive: '→✉',
  duplicate: '≡',
  fault: '⚡',
  start: '↻',
};
const COMPENSATIONS = /cancel|released|given back|refund|taken back|refused/;
const [RED, YELLOW, DIM, PLAIN] = ['\x1b[31m', '\x1b[33m', '\x1b[2m', '\x1b[0m'];

/** The timeline of an order, as GET /order/:orderId/timeline answers it, for a terminal: a line an event. */
export function timelineText({ orderId, sources, events }, { colors = false } = {}) {
  const rows = events.map((event) => [
    `${event.offsetMs.toFixed(1)} ms`,
    event.durationMs === null ? '' : `${event.durationMs.toFixed(1)} ms`,
    event.service,
    SYMBOLS[event.kind] ?? event.kind,
    event.name,
    describe(event),
  ]);
  const widths = rows.reduce((longest, row) => row.map((cell, i) => Math.max(longest[i] ?? 0, cell.length)), []);
  const lines = rows.map((row, i) => {
    const cells = row.map((cell, column) => (column < 2 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])));
    const line = cells.join('  ').trimEnd();
    const color = colorOf(events[i]);
    return colors && color ? color + line + PLAIN : line;
  });
  return `${[`order ${orderId}`, '', ...lines, '', ...sources.flatMap(remark)].join('\n').trimEnd()}\n`;
}

function describe({ failure, details, fromTables }) {
  const facts = Object.entries(details)
    .filter(([name, value]) => name !== 'messageId' && value !== null)
    .map(([name, value]) => `${name} ${name.endsWith('AtMs') ? new Date(value).toISOString() : value}`);
  return [failure && `✗ ${failure}`, ...facts, fromTables && '(from the tables)'].filter(Boolean).join(', ');
}

function colorOf({ kind, failure, name }) {
  if (failure || kind === 'fault') return RED;
  if (kind === 'state' && COMPENSATIONS.test(name)) return YELLOW;
  return kind === 'state' ? '' : DIM;
}

function remark({ service, state, dropped }) {
  if (state === 'away') return [`${service}-service did not answer: what it did is missing`];
  if (state === 'off') return [`${service}-service records nothing: ORDER_TIMELINE=on`];
  return dropped > 0 ? [`${service}-service dropped ${dropped} events of its orders: there was no room`] : [];
}
