/** What the system has done so far, as its processes count it. */
const METRICS = {
  'SQL round trips': 'trade_sql_round_trips_total',
  'calls between services': 'grpc_client_handled_total',
};
const DATABASE_STATUS = {
  statements: ['Questions'],
  commits: ['Com_commit'],
  // MySQL, and MariaDB, which counts those of its data files too
  'fsyncs of the database': ['Innodb_os_log_fsyncs', 'Innodb_data_fsyncs'],
};
const BROKER_SENDS = 'rocketmq_messages_in_total';

/** @returns a function that reads all counters; statements with those of the benchmark itself, few as they are */
export function costCounters(database, processes) {
  const ports = processes.filter(({ name }) => name.endsWith('-service')).map(({ ports }) => ports.http);
  const broker = processes.find(({ name }) => name === 'mq-broker');

  return async () => {
    const texts = await Promise.all(ports.map((port) => text(`http://127.0.0.1:${port}/metrics`)));
    const counters = Object.fromEntries(
      Object.entries(METRICS).map(([name, metric]) => [
        name,
        texts.reduce((sum, page) => sum + total(page, metric), 0),
      ]),
    );
    if (broker) counters.messages = total(await text(`http://127.0.0.1:${broker.ports.http}/metrics`), BROKER_SENDS);
    const [rows] = await database.query('SHOW GLOBAL STATUS');
    const status = new Map(rows.map(({ Variable_name, Value }) => [Variable_name, Number(Value)]));
    for (const [name, variables] of Object.entries(DATABASE_STATUS)) {
      counters[name] = status.get(variables.find((variable) => status.has(variable)));
    }
    return counters;
  };
}

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.text();
}

/** Over all labels. */
function total(page, metric) {
  const lines = page.split('\n').filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
