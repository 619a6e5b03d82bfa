import { startBroker, type Log } from '@trade/mq';
import { printable, readConfig } from './config.js';

const log: Log = (level, event, fields) => {
  process.stdout.write(
    JSON.stringify({ time: new Date().toISOString(), level, service: 'mq-broker', event, ...fields }) + '\n',
  );
};

async function main(): Promise<void> {
  const config = readConfig(process.env);
  log('info', 'config', printable(config));
  const broker = await startBroker({ ...config, log });
  log('info', 'broker_started', { endpoint: broker.endpoint, adminPort: broker.adminPort, dataDir: broker.dataDir });
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log('info', 'broker_stopping', { signal });
    broker.close().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function fail(error: unknown): void {
  log('error', 'broker_failed', { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

main().catch(fail);
