import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const ROOT = resolve(import.meta.dirname, '../../../..');
const FOLDER = join(ROOT, 'deploy/kubernetes');

export interface EnvEntry {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: KeyReference; configMapKeyRef?: KeyReference };
}
interface KeyReference {
  name: string;
  key: string;
  optional?: boolean;
}
interface Probe {
  httpGet: { path: string; port: string };
}
export interface Container {
  name: string;
  image: string;
  args?: string[];
  command?: string[];
  ports?: { name: string; containerPort: number }[];
  env?: EnvEntry[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: Record<string, unknown>;
}
interface PodSpec {
  containers: Container[];
  securityContext: Record<string, unknown>;
  automountServiceAccountToken: boolean;
}
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: {
    template?: { metadata: { labels: Record<string, string> }; spec: PodSpec };
    selector?: Record<string, string>;
    clusterIP?: string;
    ports?: { name: string; port: number; targetPort: string }[];
  };
}
export type Workload = Manifest & {
  spec: { template: { metadata: { labels: Record<string, string> }; spec: PodSpec } };
};

/** The manifests of a kustomization and of those that it builds on, as `kubectl kustomize` puts them together. */
export function manifestsOf(folder: string): Manifest[] {
  return resourcesOf(folder).flatMap((file) => {
    const path = join(FOLDER, folder, file);
    return file.endsWith('.yaml') ? readManifests(path) : manifestsOf(join(folder, file));
  });
}

export function resourcesOf(folder: string): string[] {
  return (parse(readFileSync(join(FOLDER, folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] }).resources;
}

export function filesOf(folder: string): string[] {
  return readdirSync(join(FOLDER, folder)).filter((name) => name !== 'kustomization.yaml');
}

/** @throws {Error} for what is not YAML */
export function readManifests(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS() as Manifest;
  });
}

export function autoscaling(): Manifest[] {
  return readManifests(join(FOLDER, 'autoscaling.yaml'));
}

export function workloadsIn(manifests: Manifest[]): Workload[] {
  return manifests.filter((manifest): manifest is Workload => manifest.spec?.template !== undefined);
}
