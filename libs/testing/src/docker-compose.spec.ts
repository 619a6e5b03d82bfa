import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './kubernetes/manifests.js';

interface ComposeService {
  profiles?: string[];
  ports?: string[];
  restart?: string;
  healthcheck?: object;
}

const file = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  [key: string]: unknown;
  services: Record<string, ComposeService>;
};
const services = Object.entries(file.services);
/** Runs once and ends. */
const TASK = 'schema';

describe('docker-compose.yml', () => {
  it('has nothing that docker-compose 1.29 does not know', () => {
    const keys = Object.keys(file).filter((key) => !key.startsWith('x-'));
    expect(keys.sort()).toEqual(['services', 'volumes']);
  });

  it('publishes the two shop doors and the console, to this machine only', () => {
    const published = services.filter(([, { profiles }]) => !profiles).flatMap(([, { ports = [] }]) => ports);
    expect(published.sort()).toEqual([
      '127.0.0.1:${MQ_ADMIN_PORT:-8082}:8082',
      '127.0.0.1:${ORDER_HTTP_PORT:-8080}:8080',
      '127.0.0.1:${PAY_HTTP_PORT:-9090}:9090',
    ]);
  });

  it.each(services.filter(([name, { profiles }]) => !profiles && name !== TASK))(
    'watches %s and starts it again',
    (_name, { healthcheck, restart }) => {
      expect(healthcheck).toBeDefined();
      expect(restart).toBe('unless-stopped');
    },
  );
});
