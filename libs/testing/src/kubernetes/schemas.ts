import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import ts from 'typescript';
import { ROOT, type Manifest } from './manifests.js';

/** Each kind with its model: the JSON schema of the Kubernetes API, and the module of its TypeScript interface. */
const KINDS = {
  ConfigMap: [ConfigMap, 'v1'],
  Service: [Service, 'v1'],
  Deployment: [Deployment, 'apps/v1'],
  StatefulSet: [StatefulSet, 'apps/v1'],
  Job: [Job, 'batch/v1'],
  NetworkPolicy: [NetworkPolicy, 'networking.k8s.io/v1'],
  PodDisruptionBudget: [PodDisruptionBudget, 'policy/v1'],
  HorizontalPodAutoscaler: [HorizontalPodAutoscaler, 'autoscaling/v2'],
} as const;

function modelOf({ kind, apiVersion }: Manifest): (typeof KINDS)[keyof typeof KINDS] {
  const model = Object.entries(KINDS).find(([name]) => name === kind)?.[1];
  if (model?.[1] !== apiVersion) throw new Error(`there is no ${kind} of ${apiVersion}`);
  return model;
}

/** @throws {Error} naming the field that is missing or of a wrong type */
export function validate(manifest: Manifest): void {
  const [Model] = modelOf(manifest);
  new Model(manifest as never).validate();
}

/** What the JSON schemas let pass: fields that the API does not know, so mostly those that are misspelt. */
export function unknownFields(manifests: Manifest[]): string[] {
  const source = manifests.map((manifest, index) => {
    const [, module] = modelOf(manifest);
    const type = `import('kubernetes-models/${module}').I${manifest.kind}`;
    return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};`;
  });
  return typeErrors(source.join('\n'));
}

function typeErrors(text: string): string[] {
  const file = `${ROOT}/libs/testing/src/kubernetes/manifests-under-check.ts`;
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
