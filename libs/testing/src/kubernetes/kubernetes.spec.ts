import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@trade/contracts';
import {
  autoscaling,
  filesOf,
  manifestsOf,
  resourcesOf,
  ROOT,
  workloadsIn,
  type Container,
  type EnvEntry,
  type Manifest,
} from './manifests.js';
import { unknownFields, validate } from './schemas.js';

const VARIANTS = ['apache-rocketmq', 'built-in-broker'];
const GUIDE = readFileSync(join(ROOT, 'docs/guides/kubernetes.md'), 'utf8');
/** Stands for every secret: long enough, and known to nobody. */
const SECRETS: Record<string, string> = { DATABASE_URL: 'mysql://account:of-ones-own@database:3306/trade' };
const SECRET = 'x'.repeat(32);

interface ServiceKit {
  commonSettings: object;
  loadConfig: (shape: object, environment: object) => Record<string, unknown>;
}
const { commonSettings, loadConfig } = (await import(join(ROOT, 'libs/service-kit/src/config.ts'))) as ServiceKit;
const { readConfig } = (await import(join(ROOT, 'apps/mq-broker/src/config.ts'))) as {
  readConfig: (environment: object) => { grpcPort: number; adminPort: number };
};

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The settings of a service, as its main.ts hands them to bootService. */
async function settingsOf(service: string): Promise<object> {
  const exported = (await import(join(ROOT, 'apps', service, 'src/config.ts'))) as Record<string, object>;
  const own = Object.values(exported).find((value) => typeof value === 'object' && httpPortOf(service) in value);
  return { ...commonSettings, ...own };
}

function httpPortOf(service: string): string {
  return `${service.replace('-service', '').toUpperCase()}_HTTP_PORT`;
}

/** The whole environment of a container, with a text in the place of each secret. */
function environmentOf({ env = [], envFrom = [] }: Container, manifests: Manifest[]): Record<string, string> {
  const configMap = (name: string) =>
    manifests.find((found) => found.kind === 'ConfigMap' && found.metadata.name === name);
  const shared = envFrom.flatMap(({ configMapRef }) => (configMapRef ? [configMap(configMapRef.name)!.data!] : []));
  const valueOf = ({ name, value, valueFrom }: EnvEntry) => {
    const reference = valueFrom?.configMapKeyRef;
    return (
      value ?? (reference ? configMap(reference.name)!.data![reference.key] : undefined) ?? SECRETS[name] ?? SECRET
    );
  };
  return Object.assign({}, ...shared, Object.fromEntries(env.map((entry) => [entry.name, valueOf(entry)])));
}

describe.each(VARIANTS)('deploy/kubernetes/%s', (variant) => {
  const manifests = manifestsOf(variant);
  const workloads = workloadsIn(manifests);
  const containers = workloads.flatMap(({ spec }) => spec.template.spec.containers);
  const services = containers.filter(({ name }) => name.endsWith('-service'));

  it.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
    '%s %s is what the API takes',
    (_kind, _name, manifest) => {
      expect(() => validate(manifest)).not.toThrow();
    },
  );

  it('runs every service there is', () => {
    const apps = readdirSync(join(ROOT, 'apps')).filter((name) => name.endsWith('-service'));
    expect(services.map(({ args }) => args![0]).sort()).toEqual(apps);
  });

  it('lists all its files', () => {
    for (const folder of ['base', variant]) {
      expect(
        resourcesOf(folder)
          .filter((name) => name.endsWith('.yaml'))
          .sort(),
      ).toEqual(filesOf(folder).sort());
    }
  });

  it.each(services.map((container) => [container.name, container] as const))(
    '%s is given settings that it reads, and starts with them in production',
    async (name, container) => {
      const settings = await settingsOf(name);
      const environment = environmentOf(container, manifests);
      expect(Object.keys(environment).filter((variable) => !(variable in settings))).toEqual([]);
      const config = loadConfig(settings, environment);
      const port = (kind: string) => container.ports!.find((found) => found.name === kind)!.containerPort;
      expect(config).toMatchObject({ NODE_ENV: 'production', [httpPortOf(name)]: port('http') });
      expect(config).toMatchObject({ [httpPortOf(name).replace('HTTP', 'GRPC')]: port('grpc') });
    },
  );

  it.each(containers.filter(({ command }) => command).map((container) => [container.name, container] as const))(
    'the job %s is a tool that there is, and reads what it is given',
    (_, { command, env = [] }) => {
      expect(readdirSync(join(ROOT, 'tools')).map((name) => `tools/${name}`)).toContain(command![1]);
      const tools = ['migrate', 'schema', 'topics'].map((name) => read(`tools/${name}.mjs`)).join('\n');
      expect(env.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(tools))).toEqual([]);
    },
  );

  it('calls services where they are: a name that has all instances, at the port where they listen', () => {
    const addresses = containers.flatMap(({ env = [] }) => env).filter(({ name }) => name.endsWith('_GRPC_ADDRESS'));
    expect(addresses.length).toBeGreaterThan(0);
    for (const { name, value } of addresses) {
      const [host, port] = value!.split(':');
      const target = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === host);
      expect([name, target?.spec?.clusterIP, target?.spec?.ports]).toEqual([
        name,
        'None',
        [{ name: 'grpc', port: Number(port), targetPort: 'grpc' }],
      ]);
    }
  });

  it('every Service leads to pods that have its ports', () => {
    for (const { metadata, spec } of manifests.filter(({ kind }) => kind === 'Service')) {
      const name = spec!.selector!['app.kubernetes.io/name']!;
      const pod = workloads.find((found) => found.spec.template.metadata.labels['app.kubernetes.io/name'] === name);
      const names = pod?.spec.template.spec.containers[0]!.ports!.map((port) => port.name);
      expect([metadata.name, names]).toEqual([
        metadata.name,
        expect.arrayContaining(spec!.ports!.map(({ targetPort }) => targetPort)),
      ]);
    }
  });

  it('asks for health where it is told', () => {
    const routes = {
      service: [...read('libs/service-kit/src/health.ts').matchAll(/@Get\('(\w+)'\)/g)].map(
        ([, path]) => `/health/${path}`,
      ),
      broker: [...read('libs/mq/src/admin/status-resource.ts').matchAll(/'GET (\/health\/\w+)'/g)].map(
        ([, path]) => path!,
      ),
    };
    for (const { name, startupProbe, livenessProbe, readinessProbe, ports } of containers.filter(({ args }) => args)) {
      const known = name === 'mq-broker' ? routes.broker : routes.service;
      const asked = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe!.httpGet);
      expect(known).toEqual(expect.arrayContaining(asked.map(({ path }) => path)));
      expect(asked[1]!.path).not.toBe(asked[2]!.path);
      expect(ports!.map((port) => port.name)).toEqual(expect.arrayContaining(asked.map(({ port }) => port)));
    }
  });

  it('runs nothing as root, nothing that can write beside its volumes or become more than it is, nothing without limits', () => {
    for (const { spec } of workloads) {
      const pod = spec.template.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000 },
      });
      for (const { securityContext, resources } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources).toMatchObject({
          requests: { cpu: expect.anything() },
          limits: { memory: expect.anything() },
        });
      }
    }
  });

  it('takes secrets from Secrets that the guide makes, and settings from ConfigMaps that are here', () => {
    const keys = containers.flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []));
    for (const { name, key } of keys)
      expect(GUIDE).toMatch(new RegExp(`secret generic ${name}\\b[^\`]*--from-literal=${key}=`));
    const whole = containers.flatMap(({ envFrom = [] }) => envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []));
    for (const name of whole) expect(GUIDE).toContain(`secret generic ${name}`);
    const maps = manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);
    const used = containers.flatMap(({ envFrom = [] }) =>
      envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []),
    );
    expect([...new Set(used)].sort()).toEqual(maps.sort());
  });
});

it('the built-in broker is given settings that it reads, and has the topics of the system', () => {
  const manifests = manifestsOf('built-in-broker');
  const broker = workloadsIn(manifests).find(({ kind }) => kind === 'StatefulSet')!.spec.template.spec.containers[0]!;
  const environment = environmentOf(broker, manifests);
  const source = read('apps/mq-broker/src/config.ts');
  expect(Object.keys(environment).filter((name) => !source.includes(`'${name}'`))).toEqual([]);
  const ports = Object.fromEntries(broker.ports!.map(({ name, containerPort }) => [name, containerPort]));
  expect(readConfig(environment)).toMatchObject({ grpcPort: ports['grpc'], adminPort: ports['http'], topics });
  const access = `/etc/trade/broker-access/${/trade-broker-access --from-literal=([\w.]+)=/.exec(GUIDE)![1]}`;
  expect(environment).toMatchObject({ MQ_ACCESS_FILE: access });
});

it('no manifest has a field that the API does not know', () => {
  expect(unknownFields([...VARIANTS.flatMap(manifestsOf), ...autoscaling()])).toEqual([]);
});

it('the autoscalers are what the API takes, and scale what is there', () => {
  const manifests = autoscaling();
  for (const manifest of manifests) expect(() => validate(manifest)).not.toThrow();
  const deployments = manifestsOf('base')
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ metadata }) => metadata.name);
  expect(deployments).toEqual(expect.arrayContaining(manifests.map(({ metadata }) => metadata.name)));
});

it('a misspelt field, a wrong type and an unknown kind are noticed', () => {
  const pod = { containers: [{ name: 'a', image: 'b', readinesProbe: {} }] };
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x' },
    spec: { selector: {}, template: { spec: pod } },
  };
  expect(unknownFields([manifest as unknown as Manifest]).join()).toContain('readinesProbe');
  const wrong = { ...manifest, spec: { ...manifest.spec, replicas: 'two' } };
  expect(() => validate(wrong as unknown as Manifest)).toThrow(/replicas/);
  expect(() => validate({ ...manifest, apiVersion: 'apps/v1beta1' } as unknown as Manifest)).toThrow('no Deployment');
});
